import { InputError } from '@unbraid/checks';
import type { Matrix } from './matrix.ts';

/** Column means, and the symmetric cols × cols matrix of covariances, row-major. */
export interface Covariance {
  readonly mean: Float64Array;
  readonly values: Float64Array;
}

/**
 * The covariance of the columns of `x`, dividing by rows − 1, in float64.
 *
 * Only the non-zero entries of a row are multiplied, which is what makes images fast (four of five pixels of MNIST are
 * 0), and the mean is taken off at the end: C = (XᵀX − n μμᵀ) / (n − 1). That loses the digits by which μ² exceeds the
 * variance; of the 16 digits of float64, inputs in float32 have at most 7 to lose twice over. What is left of a constant column is
 * rounding, which no comparison with 0 would find; its covariances are 0.
 *
 * @throws where `x` has fewer than two rows.
 */
export function covariance(x: Matrix): Covariance {
  const { rows, cols } = x;
  if (rows < 2) throw new InputError('data', `data: a covariance needs at least two rows, the matrix has ${rows}`);
  const { sums, gram, varies } = accumulate(x);
  const mean = sums.map((sum) => sum / rows);
  for (let i = 0; i < cols; i++) {
    for (let j = i; j < cols; j++) {
      const product = gram[i * cols + j]! - sums[i]! * mean[j]!;
      const value = varies[i] && varies[j] ? product / (rows - 1) : 0;
      gram[i * cols + j] = value;
      gram[j * cols + i] = value;
    }
  }
  return { mean, values: gram };
}

interface Sums {
  readonly sums: Float64Array;
  /** XᵀX, of which the upper triangle is whole. */
  readonly gram: Float64Array;
  /** 1 for each column that is not constant. */
  readonly varies: Uint8Array;
}

function accumulate({ data, rows, cols }: Matrix): Sums {
  const sums = new Float64Array(cols);
  const gram = new Float64Array(cols * cols);
  const varies = new Uint8Array(cols);
  const columns = new Int32Array(cols + 1);
  const values = new Float64Array(cols + 1);
  for (let row = 0; row < rows; row++) {
    let count = 0;
    for (let j = 0; j < cols; j++) {
      const value = data[row * cols + j]!;
      if (value !== data[j]) varies[j] = 1;
      if (value === 0) continue;
      columns[count] = j;
      values[count++] = value;
      sums[j]! += value;
    }
    // Two rows of the Gram matrix at a time, almost twice as fast as one. An odd count is made even by a column that is
    // there already with the value 0.
    columns[count] = columns[0]!;
    values[count] = 0;
    for (let a = 0; a < count; a += 2) {
      const value0 = values[a]!;
      const value1 = values[a + 1]!;
      const start0 = columns[a]! * cols;
      const start1 = columns[a + 1]! * cols;
      for (let b = a; b < count; b++) {
        const value = values[b]!;
        const column = columns[b]!;
        gram[start0 + column]! += value0 * value;
        gram[start1 + column]! += value1 * value;
      }
    }
  }
  return { sums, gram, varies };
}
