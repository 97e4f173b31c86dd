import { checkFiniteValues, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { reshape, slice, type Tensor } from '@unbraid/graph';
import type { Codes } from '../metrics/codes.ts';
import { type KlDivergence, klDivergence } from '../metrics/kl.ts';
import { part } from '../vae/assemble.ts';
import type { Vae } from '../vae/vae.ts';
import { drawCodes } from './decode.ts';
import { encode } from './encode.ts';
import { outputsOf } from './outputs.ts';
import type { SeededOptions, TrainedVae, UseOptions } from './trained-vae.ts';

/** The two terms of the ELBO on images or other rows, in nats, and the codes that they come from. */
export interface Evaluation {
  /**
   * −log p(x|z), z drawn once for each row; summed over a row's entries, averaged over rows. As in training a Gaussian likelihood with a fixed variance leaves its
   * constant out; with an optimal one σ is that of all these rows.
   */
  readonly reconstruction: number;
  readonly kl: KlDivergence;
  readonly codes: Codes;
}

/**
 * Measures a VAE on images or other rows; a code is drawn for each of them from the seed.
 *
 * @param given `[rows, cols]`, as `encode` takes them
 * @throws {InputError} as `encode`
 */
export async function evaluateVae(
  trained: TrainedVae,
  given: MatrixLike,
  { seed = 0, ...options }: SeededOptions = {},
): Promise<Evaluation> {
  const rows = toMatrix(`dynamic-vae: ${trained.vae.rows.noun}`, given);
  const codes = await encode(trained, rows, options);
  const reconstruction = await reconstructionOf(trained, rows, drawCodes(codes, seed), options);
  return { reconstruction, kl: klOf(trained.vae, codes), codes };
}

/** Of quantized latents log n_v each: that of a point from values that are all as likely. */
function klOf({ quantizer, latent }: Vae, codes: Codes): KlDivergence {
  if (!quantizer) return klDivergence(codes);
  const dimensions = new Float64Array(latent).fill(Math.log(quantizer.values));
  return { total: latent * Math.log(quantizer.values), dimensions };
}

/** The reconstruction loss of rows from codes. */
async function reconstructionOf(
  trained: TrainedVae,
  rows: Matrix,
  codes: Matrix,
  options: UseOptions,
): Promise<number> {
  const { vae } = trained;
  const { likelihood } = vae;
  const both = createMatrix(rows.rows, rows.cols + codes.cols);
  for (let i = 0; i < rows.rows; i++) {
    both.data.set(rows.data.subarray(i * rows.cols, (i + 1) * rows.cols), i * both.cols);
    both.data.set(codes.data.subarray(i * codes.cols, (i + 1) * codes.cols), i * both.cols + rows.cols);
  }
  const apply = (p: never, rowsAndCodes: Tensor) => {
    const x = slice(rowsAndCodes, [0, 0], [undefined, rows.cols]);
    const outputs = vae.decode(p, slice(rowsAndCodes, [0, rows.cols]));
    return reshape(likelihood.perRow(part(p, 'likelihood'), outputs, x), [x.shape[0]!, 1]);
  };
  const losses = await outputsOf(trained, { name: 'losses', apply }, both, options);
  checkFiniteValues('dynamic-vae: the reconstruction loss', losses.data, 'parameters are too large');
  const mean = losses.data.reduce((sum, loss) => sum + loss, 0) / losses.rows;
  return likelihood.total?.(mean) ?? mean;
}
