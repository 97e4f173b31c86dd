import type { Engine } from '../engine.ts';
import { checkColumns, checkSizes, checkWidth, rowCount } from './checks.ts';
import type { SparseRows } from './sparse-rows.ts';

export interface SparseFactor extends SparseRows {
  readonly values: Float32Array;
}

/** out ← matrix · x. */
export function sparseProduct(engine: Engine, matrix: SparseFactor, x: Float32Array, width: number, out: Float32Array) {
  check('sparseProduct', matrix, width, { out });
  checkColumns('sparseProduct', matrix, x.length / width);
  const { starts, columns, values } = matrix;
  const rows = rowCount(matrix);
  const done = engine.perform({
    kernel: 'sparseProduct',
    width,
    work: columns.length,
    tables: [starts, columns, values],
    operands: [x],
    results: [out],
    args: ([s, c, v, x, out], width) => [s!, c!, v!, rows, x!, width, out!],
  });
  if (done) return;
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
  check('sparseProductTransposed', matrix, width, { x });
  checkColumns('sparseProductTransposed', matrix, out.length / width);
  const { starts, columns, values } = matrix;
  const [rows, outRows] = [rowCount(matrix), out.length / width];
  const done = engine.perform({
    kernel: 'sparseProductTransposed',
    width,
    work: columns.length,
    tables: [starts, columns, values],
    operands: [x],
    results: [out],
    args: ([s, c, v, x, out], width) => [s!, c!, v!, rows, x!, width, out!, outRows],
  });
  if (done) return;
  out.fill(0);
  forEachTerm(matrix, width, (value, own, other) => {
    out[other]! += Math.fround(value * x[own]!);
  });
}

/** `ofRows` are the arrays with a row for each of the matrix. */
function check(kernel: string, matrix: SparseFactor, width: number, ofRows: Readonly<Record<string, Float32Array>>) {
  checkWidth(kernel, 'width', width);
  checkSizes(kernel, { values: [matrix.values, matrix.columns.length] });
  for (const [name, array] of Object.entries(ofRows)) checkSizes(kernel, { [name]: [array, rowCount(matrix) * width] });
}

/** Visits each entry's value with each place in its row and the same in the row of its column. */
function forEachTerm(
  { starts, columns, values }: SparseFactor,
  width: number,
  visit: (value: number, own: number, other: number) => void,
) {
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      for (let d = 0; d < width; d++) visit(values[e]!, i * width + d, columns[e]! * width + d);
    }
  }
}
