import { InputError } from '@unbraid/checks';
import { type Csr, checkCsr } from '@unbraid/kernels';

/**
 * Each row divided by its sum, as bags of words often are; rows that sum to 0 stay.
 *
 * @throws InputError for a row whose sum is so small that float32 does not hold the quotients, and as `createCsr`.
 */
export function rowNormalized(features: Csr): Csr {
  const { rows, starts } = checkCsr(features, 'data: rowNormalized: the features');
  const values = features.values.slice();
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(starts[row], starts[row + 1]);
    const sum = part.reduce((total, value) => total + value, 0);
    if (sum !== 0) for (let e = 0; e < part.length; e++) part[e]! /= sum;
    if (!part.every(Number.isFinite))
      throw new InputError(
        'not-finite',
        `data: row ${row} of the features sums to ${sum}, by which float32 cannot be divided; rescale the features`,
      );
  }
  return { ...features, values };
}
