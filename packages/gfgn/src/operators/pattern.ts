import { broadcastTo, constant, type Runtime, ShapeError, type Tensor } from '@unbraid/graph';
import { type Csr, checkCsr, rowOfEntries } from '@unbraid/kernels';
import { createKeeper } from '../keeper.ts';
import { type Placed, placeMatrix } from './placed.ts';

/** Which end of an entry: its row, the node that hears; or its column, the node that is heard. */
export type End = 'row' | 'column';

/** Nodes on either side of a matrix. */
export const nodesAt = (matrix: Csr, end: End): number => (end === 'row' ? matrix.rows : matrix.cols);

/** The row or the column of each entry, int32 [entries]. Made when a meaning asks for it: constants hold 8 bytes an entry. */
export function endsOf(matrix: Csr, end: End): Tensor {
  const list = end === 'row' ? rowOfEntries(matrix) : matrix.columns;
  return constant(list, [list.length], 'int32');
}

/** Operators on the entries of a matrix, made once for each matrix and way to apply them: uses of one on the same inputs are computed once. */
export function perMatrix<F extends object>(
  name: string,
  make: (matrix: Csr, way: string) => F,
): (matrix: Csr, way?: string) => F {
  const known = createKeeper<Csr, F>();
  return (matrix, way = '') => known(matrix, () => make(checkCsr(matrix, `${name}: the matrix`), way), way);
}

/** A matrix' tables where kernels read them. Ask for them at each use: growth of the arena makes them anew. */
export interface Tables {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** The tables of a matrix in a runtime's arena, shared by all operators on it. */
export function tablesIn({ arena }: Runtime, matrix: Csr): { readonly read: () => Tables; release(): void } {
  const placed: Placed<keyof Tables> = placeMatrix(arena, matrix);
  return { read: () => placed.views as unknown as Tables, release: placed.release };
}

/** What entries of which there are none come to: zeros. */
export const zerosOf = (nodes: number, width: number): Tensor => broadcastTo(constant(0), [nodes, width]);

/** @throws {ShapeError} unless a tensor is float32 of so many rows, of a width of its own or `width` */
export function checkRows(who: string, what: string, x: Tensor, rows: number, width?: number): void {
  const isRight = x.dtype === 'float32' && x.shape.length === 2 && x.shape[0] === rows;
  if (isRight && (width === undefined || x.shape[1] === width)) return;
  throw new ShapeError(
    `${who}: ${what} is float32[${rows}, ${width ?? 'width'}], got ${x.dtype}[${x.shape.join(', ')}]`,
  );
}
