import { InputError, showValue } from '@unbraid/checks';
/** A dense row-major float32 matrix: entry (i, j) is `data[i * cols + j]`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/**
 * A matrix of `rows` × `cols` over `data`, or of zeros without it. The array is used as it is, not copied.
 *
 * @throws where `data` does not hold rows · cols entries.
 */
export function createMatrix(rows: number, cols: number, data?: Float32Array): Matrix {
  for (const [what, size] of [
    ['rows', rows],
    ['cols', cols],
  ] as const) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new InputError('data', `data: a matrix cannot have ${size} ${what}; a whole number of 0 or more is needed`);
    }
  }
  if (data && data.length !== rows * cols) {
    throw new InputError(
      'data',
      `data: a ${rows} × ${cols} matrix needs ${rows * cols} entries, the array has ${data.length} entries`,
    );
  }
  return { data: data ?? zeros(rows, cols), rows, cols };
}

function zeros(rows: number, cols: number): Float32Array {
  try {
    return new Float32Array(rows * cols);
  } catch (cause) {
    const gigabytes = ((rows * cols * 4) / 2 ** 30).toFixed(1);
    throw new InputError(
      'limit',
      `data: a ${rows} × ${cols} matrix takes ${gigabytes} GB, more than there is room for`,
      { cause },
    );
  }
}

/**
 * Copies rows of numbers, all of one length, into a matrix.
 *
 * @throws where the rows are ragged (names the first row of another length) or there is none.
 */
export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const first = rows[0];
  if (!first) throw new InputError('data', 'data: a matrix from rows needs at least one row');
  if (typeof first !== 'object' || typeof first.length !== 'number') {
    throw new InputError('data', `data: a matrix from rows needs arrays of numbers, row 0 is ${showValue(first)}`);
  }
  const cols = first.length;
  const ragged = rows.findIndex((row) => row.length !== cols);
  if (ragged >= 0) {
    throw new InputError(
      'data',
      `data: rows must have one length; row ${ragged} (counted from 0) has ${rows[ragged]!.length} entries, row 0 has ${cols}`,
    );
  }
  const matrix = createMatrix(rows.length, cols);
  rows.forEach((row, i) => {
    matrix.data.set(row, i * cols);
  });
  return matrix;
}

/** Row `i` as a view: writing to it changes the matrix. */
export function matrixRow(matrix: Matrix, i: number): Float32Array {
  return matrix.data.subarray(i * matrix.cols, (i + 1) * matrix.cols);
}

/** A new matrix of the rows at `indices`, in that order; an index may repeat. */
export function selectRows(matrix: Matrix, indices: ArrayLike<number>): Matrix {
  const selected = createMatrix(indices.length, matrix.cols);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < matrix.rows)) {
      throw new InputError('data', `data: there is no row ${index} in a matrix of ${matrix.rows} rows`);
    }
    selected.data.set(matrixRow(matrix, index), i * matrix.cols);
  }
  return selected;
}
