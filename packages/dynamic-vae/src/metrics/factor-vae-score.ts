import { checkSettings, count, finite, given, integer } from '@unbraid/checks';
import { columnMeans, type Matrix } from '@unbraid/data';
import { type Random, type Seed, streamOf } from '@unbraid/kernels';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { drawer } from './draw.ts';
import { factorRows } from './factor-rows.ts';
import { measuredMeans, type Representation } from './representation.ts';

/** What `factorVaeScore` takes beside codes and factors. */
export interface FactorVaeScoreSettings {
  /** Of the images that are drawn. Default 0. */
  readonly seed?: Seed;
  /** L: images of one batch, in which a factor is fixed; by default 64. */
  readonly batchSize?: number;
  /** Batches that the majority vote learns from, by default 10,000. */
  readonly votes?: number;
  /** Batches by which it is judged, by default 5,000. */
  readonly testVotes?: number;
  /** Least standard deviation of a latent that takes part, by default 0.05. */
  readonly threshold?: number;
}

/** FactorVAE's score, and what it comes from. */
export interface FactorVaeScore {
  /** The share of test batches whose fixed factor the vote says, in [0, 1]; 0 where no latent takes part. */
  readonly score: number;
  /** The same of the batches that it learnt from. */
  readonly trainScore: number;
  /** How many batches with factor k fixed varied least in latent j, [latents, factors]. */
  readonly votes: Float64Array;
  /** Which latents take part. */
  readonly active: readonly boolean[];
}

/**
 * FactorVAE's metric (Kim and Mnih 2018, arXiv 1802.05983, section 4): in a batch of images that share the value of one factor, the
 * latent whose variance is least, as a share of its variance over all images, votes for that factor; a majority vote says the factor
 * from the latent, and the score is how often it is right. The sizes are disentanglement_lib's (Locatello et al. 2019), with its
 * least standard deviation for latents that have been switched off; the paper tells these by their KL divergence, and judges the vote by 800
 * batches that it was made of. Images are drawn from those given, with replacement.
 *
 * By chance it is about 1 / (number of factors).
 *
 * @param codes [images, latents]
 * @throws {InputError} where codes or factors do not fit, are not finite, or a factor never varies
 */
export function factorVaeScore(
  codes: Representation,
  factors: Factors,
  settings: FactorVaeScoreSettings = {},
): FactorVaeScore {
  const s = checkSettings('dynamic-vae: factorVaeScore', schema, settings);
  const means = measuredMeans('the FactorVAE score', codes, factors);
  const random = streamOf(s.seed).split('factor-vae');
  const variances = variancesOf(means);
  const active = Array.from(variances, (variance) => Math.sqrt(variance) >= s.threshold && variance > 0);
  const inverse = variances.map((variance, j) => (active[j] ? 1 / variance : Number.NaN));
  const count = factors.sizes.length;
  const votesOf = (batches: number, stream: Random) => {
    const votes = new Float64Array(means.cols * count);
    if (!active.includes(true)) return votes;
    const draw = drawer(stream);
    const { alike } = factorRows(factors, draw);
    const rows = new Int32Array(s.batchSize);
    for (let b = 0; b < batches; b++) {
      const factor = draw(count);
      const fixed = draw(means.rows);
      for (let i = 0; i < rows.length; i++) rows[i] = alike(factor, fixed);
      votes[leastVaried(means, rows, inverse) * count + factor]! += 1;
    }
    return votes;
  };
  const votes = votesOf(s.votes, random.split('votes'));
  const said = Array.from({ length: means.cols }, (_, j) => argmax(votes.subarray(j * count, (j + 1) * count)));
  const right = (of: Float64Array, batches: number) =>
    said.reduce((sum, factor, j) => sum + of[j * count + factor]!, 0) / batches;
  const tested = votesOf(s.testVotes, random.split('test'));
  return { score: right(tested, s.testVotes), trainScore: right(votes, s.votes), votes, active };
}

const schema = z.object({
  seed: given<Seed>().default(0),
  batchSize: integer({ min: 2 }).default(64),
  votes: count().default(10_000),
  testVotes: count().default(5000),
  threshold: finite({ min: 0 }).default(0.05),
});

/** The latent of the least variance over some rows, as a share of its variance over all; those that do not take part have NaN. */
function leastVaried({ data, cols }: Matrix, rows: Int32Array, inverse: Float64Array): number {
  let [best, least] = [-1, Infinity];
  for (let j = 0; j < cols; j++) {
    const scale = inverse[j]!;
    if (Number.isNaN(scale)) continue;
    let [sum, squares] = [0, 0];
    const origin = data[rows[0]! * cols + j]!;
    for (let i = 0; i < rows.length; i++) {
      const value = data[rows[i]! * cols + j]! - origin;
      sum += value;
      squares += value * value;
    }
    const share = (squares - (sum * sum) / rows.length) * scale;
    if (share < least) [best, least] = [j, share];
  }
  return best;
}

/** The sample variance of each latent; exactly 0 of one that never varies. */
function variancesOf(means: Matrix): Float64Array {
  const { data, rows, cols } = means;
  const centres = columnMeans(means);
  const variances = new Float64Array(cols);
  for (let i = 0; i < data.length; i++) variances[i % cols]! += (data[i]! - centres[i % cols]!) ** 2 / (rows - 1);
  return variances;
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
