import type { Engine } from '../engine.ts';
import { checkColumns, checkSizes, checkWidth, rowCount } from './checks.ts';
import { columnEdges, rowEdges } from './edges.ts';
import type { SparseRows } from './sparse-rows.ts';

/** A sparse matrix as kernels read it: where the entries of each row stand, and their values. */
export interface SparseFactor extends SparseRows {
  /** A number for each entry, or one for each of its heads, [entries, heads]. */
  readonly values: Float32Array;
  /** Equal runs of the numbers of a row, each multiplied by values of its own. Default 1. */
  readonly heads?: number | undefined;
}

/** out ← matrix · x. */
export function sparseProduct(engine: Engine, matrix: SparseFactor, x: Float32Array, width: number, out: Float32Array) {
  const { starts, columns, values, heads, run } = check('sparseProduct', matrix, width, { out });
  checkColumns('sparseProduct', matrix, x.length / width);
  if (engine.nativeFor(starts, columns, values, x, out)) {
    engine.run({
      ...{ kernel: 'sparseProduct', items: rowCount(matrix) },
      nanoseconds: NANOSECONDS * columns.length * width,
      edges: (parts) => rowEdges(starts, parts),
      args: (from, to) => {
        const rows = starts.byteOffset + 4 * from;
        const target = out.byteOffset + 4 * from * width;
        return [rows, columns.byteOffset, values.byteOffset, heads, to - from, x.byteOffset, run, target];
      },
    });
    return;
  }
  out.fill(0);
  forEachTerm(matrix, width, (value, own, other) => {
    out[own]! += Math.fround(value * x[other]!);
  });
}

/** out ← matrixᵀ · x. */
export function sparseProductTransposed(
  engine: Engine,
  matrix: SparseFactor,
  x: Float32Array,
  width: number,
  out: Float32Array,
) {
  const { starts, columns, values, heads, run } = check('sparseProductTransposed', matrix, width, { x });
  const outRows = out.length / width;
  const about = checkColumns('sparseProductTransposed', matrix, outRows);
  if (engine.nativeFor(starts, columns, values, x, out)) {
    const tables = [starts.byteOffset, columns.byteOffset, values.byteOffset, heads, rowCount(matrix)] as const;
    engine.run({
      ...{ kernel: 'sparseProductTransposed', items: outRows },
      nanoseconds: about.ascending ? NANOSECONDS * columns.length * width : 0,
      edges: (parts) =>
        parts === 1 ? [0, outRows] : columnEdges(matrix, about, outRows, Math.min(parts, 2 * engine.threads)),
      args: (from, to) => [...tables, x.byteOffset, run, out.byteOffset, outRows, from, to],
    });
    return;
  }
  out.fill(0);
  forEachTerm(matrix, width, (value, own, other) => {
    out[other]! += Math.fround(value * x[own]!);
  });
}

/** Of a multiply-add on one thread. */
const NANOSECONDS = 0.12;

/** The matrix, with the numbers of a head. `ofRows` are the arrays with a row for each of the matrix. */
function check(kernel: string, matrix: SparseFactor, width: number, ofRows: Readonly<Record<string, Float32Array>>) {
  const { starts, columns, values, heads = 1 } = matrix;
  checkWidth(kernel, 'width', width);
  checkWidth(kernel, 'number of heads', heads);
  checkWidth(kernel, 'width of a head', width / heads);
  checkSizes(kernel, { values: [values, columns.length * heads] });
  for (const [name, array] of Object.entries(ofRows)) checkSizes(kernel, { [name]: [array, rowCount(matrix) * width] });
  return { starts, columns, values, heads, run: width / heads };
}

/** Visits each entry's value with each place in its row and the same in the row of its column. */
function forEachTerm(
  { starts, columns, values, heads = 1 }: SparseFactor,
  width: number,
  visit: (value: number, own: number, other: number) => void,
) {
  const run = width / heads;
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      for (let d = 0; d < width; d++)
        visit(values[e * heads + Math.floor(d / run)]!, i * width + d, columns[e]! * width + d);
    }
  }
}
