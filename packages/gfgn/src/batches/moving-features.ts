import type { Runtime, Scope, Tensor, TensorSpec } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import type { Signal } from '../layers/node-layer.ts';
import { changingTables, refreshTables } from '../operators/placed.ts';
import { movingRows } from './moving-rows.ts';

/** Features of one batch after another, in memory that compiled programs read. */
export interface MovingFeatures {
  /** The input of a program, where features are dense. */
  readonly specs: { readonly x?: TensorSpec };
  readonly sources: { readonly x?: { readonly data: Float32Array } };
  signal(x: Tensor | undefined): Signal;
  /** Writes the rows of `nodes`; those beyond are zeros. */
  write(nodes: Int32Array): void;
}

/**
 * Room for so many rows of a graph's features.
 * @param spare how many of them are `spareRows`
 */
export const movingFeatures = (
  scope: Scope,
  runtime: Runtime,
  features: Csr | Matrix,
  { rows, spare }: { readonly rows: number; readonly spare: number },
): MovingFeatures =>
  'data' in features ? denseRows(scope, runtime, features, rows) : sparseRows(runtime, features, rows, spare);

function denseRows(scope: Scope, runtime: Runtime, features: Matrix, rows: number): MovingFeatures {
  const { spec, source, write } = movingRows(scope, runtime, features, rows);
  return { specs: { x: spec }, sources: { x: source }, signal: (given) => given!, write };
}

/** Entries of the longest rows of sparse features, as many as `rows`: those of any nodes fit. */
function mostEntries({ starts, rows: all }: Csr, rows: number): number {
  const lengths = Int32Array.from({ length: all }, (_, i) => starts[i + 1]! - starts[i]!);
  return lengths
    .sort()
    .subarray(Math.max(0, all - rows))
    .reduce((sum, length) => sum + length, 0);
}

/** Rows that are needed beside those of nodes, for entries that a batch of sparse features doesn't have. */
export const spareRows = (features: Csr | Matrix, rows: number): number =>
  'data' in features ? 0 : Math.ceil(mostEntries(features, rows) / Math.max(features.cols, 1));

function sparseRows({ arena }: Runtime, features: Csr, rows: number, spare: number): MovingFeatures {
  const { starts, columns, values, cols } = features;
  const entries = mostEntries(features, rows - spare);
  const matrix = changingTables<Csr>({
    ...{ rows, cols },
    starts: new Int32Array(rows + 1),
    columns: new Int32Array(entries),
    values: new Float32Array(entries),
  });
  const write = (nodes: Int32Array) => {
    let at = 0;
    for (const [i, node] of nodes.entries()) {
      const [from, to] = [starts[node]!, starts[node + 1]!];
      matrix.columns.set(columns.subarray(from, to), at);
      matrix.values.set(values.subarray(from, to), at);
      at += to - from;
      matrix.starts[i + 1] = at;
    }
    // What is left stands as zeros in rows of no node, each column once in a row.
    matrix.values.fill(0, at);
    for (let row = nodes.length; row < rows; row++) {
      const length = Math.min(cols, entries - at);
      for (let k = 0; k < length; k++) matrix.columns[at + k] = k;
      at += length;
      matrix.starts[row + 1] = at;
    }
    refreshTables(arena, matrix);
  };
  write(new Int32Array());
  return { specs: {}, sources: {}, signal: () => ({ matrix }), write };
}
