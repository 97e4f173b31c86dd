import { checkSettings, finite, InputError } from '@unbraid/checks';
import { type Csr, checkCsr, type Random } from '@unbraid/kernels';
import * as z from 'zod';
import type { Matrix } from '../matrix.ts';
import { fitStandardization } from '../scaling.ts';

/** Entries of a dense matrix that sparse features are filled up to at most: 1 GiB. */
const MOST_ENTRIES = 2 ** 28;

/**
 * Features with normal noise of `level` standard deviations of their column added to each entry; sparse ones come out dense, and columns that are constant
 * stay so. From the same stream the noise of one level is a multiple of another's.
 *
 * @throws InputError for a level that is not finite or below 0, for features that are not finite, and for sparse ones of more than 2²⁸ entries
 */
export function withFeatureNoise(features: Csr | Matrix, level: number, random: Random): Matrix {
  checkSettings('data: withFeatureNoise', z.object({ level: finite({ min: 0 }) }), { level });
  const plain = 'data' in features ? features : dense(features);
  const { rows, cols, data } = plain;
  const { scale } = fitStandardization(plain);
  const isConstant = constantColumns(plain);
  const noise = random.normal(new Float32Array(rows * cols));
  const out = data.map((value, at) => {
    const column = at % cols;
    return isConstant[column] ? value : value + level * scale[column]! * noise[at]!;
  });
  return { data: out, rows, cols };
}

function dense(features: Csr): Matrix {
  const { rows, cols, starts, columns, values } = checkCsr(features, 'data: withFeatureNoise: the features');
  if (rows * cols > MOST_ENTRIES)
    throw new InputError(
      'limit',
      `data: ${rows} × ${cols} sparse features would take ${rows * cols} entries with noise; up to ${MOST_ENTRIES} are made`,
    );
  const data = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++)
    for (let e = starts[row]!; e < starts[row + 1]!; e++) data[row * cols + columns[e]!] = values[e]!;
  return { data, rows, cols };
}

/** 1 where a column has one value only: its scale of 1 is none that noise could be measured in. */
function constantColumns({ data, rows, cols }: Matrix): Uint8Array {
  const constant = new Uint8Array(cols).fill(1);
  for (let row = 1; row < rows; row++)
    for (let col = 0; col < cols; col++) if (data[row * cols + col] !== data[col]) constant[col] = 0;
  return constant;
}
