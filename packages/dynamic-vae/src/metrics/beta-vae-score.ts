import { checkSettings, count, finite, given } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { type Random, type Seed, streamOf } from '@unbraid/kernels';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { drawer } from './draw.ts';
import { factorRows } from './factor-rows.ts';
import { fitLogistic, type LabelledRows, logisticAccuracy } from './logistic.ts';
import { measuredMeans, type Representation } from './representation.ts';

/** What `betaVaeScore` takes beside codes and factors. */
export interface BetaVaeScoreSettings {
  /** Of the images that are drawn. Default 0. */
  readonly seed?: Seed;
  /** L: pairs of images of one batch, by default 64. */
  readonly batchSize?: number;
  /** Batches that the classifier learns from, by default 10,000. */
  readonly batches?: number;
  /** Batches by which it is judged, by default 5,000. */
  readonly testBatches?: number;
  /** λ of λ/2 ‖W‖² beside the classifier's summed loss, by default 1, which is scikit-learn's C = 1. */
  readonly ridge?: number;
}

/** β-VAE's score. */
export interface BetaVaeScore {
  /** The share of test batches whose factor the classifier says, in [0, 1]. */
  readonly score: number;
  /** The same of the batches that it learnt from. */
  readonly trainScore: number;
}

/**
 * β-VAE's metric (Higgins et al. 2017, section 3): for a batch of pairs of images that share the value of one factor, a linear
 * classifier is to say which from the mean of |z − z′|; the score is its accuracy. The classifier is a logistic regression, the sizes
 * are disentanglement_lib's (Locatello et al. 2019); the paper leaves both open. Images are drawn from those given, with replacement.
 *
 * A rotation of a perfect code may score 1 as well: it is the weakest of these metrics. By chance it is about 1 / (number of factors).
 *
 * @param codes [images, latents]
 * @throws {InputError} where codes or factors do not fit, are not finite, or a factor never varies
 */
export function betaVaeScore(
  codes: Representation,
  factors: Factors,
  settings: BetaVaeScoreSettings = {},
): BetaVaeScore {
  const s = checkSettings('dynamic-vae: betaVaeScore', schema, settings);
  const means = measuredMeans('the β-VAE score', codes, factors);
  const random = streamOf(s.seed).split('beta-vae');
  const train = differences(means, factors, s.batches, s.batchSize, random.split('train'));
  const test = differences(means, factors, s.testBatches, s.batchSize, random.split('test'));
  const fitted = fitLogistic(train, { ridge: s.ridge, tolerance: 1e-6, maxIterations: 500 });
  return { score: logisticAccuracy(test, fitted), trainScore: logisticAccuracy(train, fitted) };
}

const schema = z.object({
  seed: given<Seed>().default(0),
  batchSize: count().default(64),
  batches: count().default(10_000),
  testBatches: count().default(5000),
  ridge: finite({ above: 0 }).default(1),
});

/** The mean |z − z′| of batches, with the factor that their pairs share. */
function differences(
  { data, rows, cols }: Matrix,
  factors: Factors,
  batches: number,
  batchSize: number,
  random: Random,
): LabelledRows {
  const classes = factors.sizes.length;
  const x = new Float64Array(batches * cols);
  const draw = drawer(random);
  const { alike } = factorRows(factors, draw);
  const labels = Int32Array.from({ length: batches }, () => draw(classes));
  for (let b = 0; b < batches; b++) {
    for (let pair = 0; pair < batchSize; pair++) {
      const one = draw(rows);
      const other = alike(labels[b]!, one);
      for (let j = 0; j < cols; j++) {
        x[b * cols + j]! += Math.abs(data[one * cols + j]! - data[other * cols + j]!) / batchSize;
      }
    }
  }
  return { x, cols, labels, classes };
}
