import { checkFiniteValues, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { concat, type Tensor } from '@unbraid/graph';
import type { Codes } from '../metrics/codes.ts';
import { checkRowWidth } from '../vae/rows.ts';
import { outputsOf } from './outputs.ts';
import { checkParams, type TrainedVae, type UseOptions } from './trained-vae.ts';

/**
 * What the encoder says of rows of data, images for one: q(z|x) of each.
 *
 * @param given `[rows, cols]`: a matrix, or a list of rows; images in [0, 1]
 * @throws {InputError} for rows of another width, or values that the model's rows can't have: images outside [0, 1], categories that there are not
 */
export async function encode(trained: TrainedVae, given: MatrixLike, options: UseOptions = {}): Promise<Codes> {
  const { vae } = trained;
  checkParams(trained);
  const { noun } = vae.rows;
  const rows = toMatrix(`dynamic-vae: ${noun}`, given);
  checkRowWidth(noun, rows.cols, vae.rows);
  vae.rows.check(noun, rows.data);
  const apply = (p: never, x: Tensor) => {
    const { mean, logVariance } = vae.encode(p, x);
    return concat([mean, logVariance], 1);
  };
  const both = await outputsOf(trained, { name: 'codes', apply }, rows, options);
  checkFiniteValues('dynamic-vae: the matrix of codes', both.data, 'parameters are too large');
  const { latent } = vae;
  return { mean: columns(both, 0, latent), logVariance: columns(both, latent, latent) };
}

function columns({ data, rows, cols }: Matrix, from: number, count: number): Matrix {
  const part = createMatrix(rows, count);
  for (let i = 0; i < rows; i++) {
    part.data.set(data.subarray(i * cols + from, i * cols + from + count), i * count);
  }
  return part;
}
