import { checkSettings, finite, given } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { Seed } from '@unbraid/kernels';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { fitLines, lineAccuracy } from './linear-svm.ts';
import { factorColumn, latentColumn, measuredMeans, type Representation } from './representation.ts';
import { type SplitRows, splitRows } from './split-rows.ts';

/** What `sap` takes beside codes and factors. */
export interface SapSettings {
  /** Of the division into rows to learn from and rows to test. Default 0. */
  readonly seed?: Seed;
  /** The share of rows that is tested, by default ⅓ as of disentanglement_lib's 10,000 and 5,000. */
  readonly testShare?: number;
  /** C of the support vector classifiers, by default 0.01 as in disentanglement_lib. */
  readonly c?: number;
}

/** How much better one latent predicts a factor than the next. */
export interface SapFactor {
  /** The gap between the two best scores, in [0, 1]. */
  readonly gap: number;
  readonly best: number;
  /** The latent with the second score; undefined where there is only one latent. */
  readonly second: number | undefined;
}

/** The separated attribute predictability, and what it comes from. */
export interface Sap {
  /** SAP: the mean of the gaps, in [0, 1]. */
  readonly sap: number;
  readonly factors: readonly SapFactor[];
  /** How well latent j alone predicts factor k, [latents, factors], each in [0, 1]. */
  readonly scores: Float64Array;
}

/**
 * The separated attribute predictability of Kumar et al. (2018, arXiv 1711.00848, section 3): for each factor the gap between the two
 * latents that alone predict it best, averaged over factors. A factor whose values are `ordered` is predicted by a line, and the score
 * is R², the squared correlation over the rows to learn from; any other by a linear classifier, and the score is its accuracy on the rows to test. The paper
 * fits thresholds without saying how for more than two values; here as in disentanglement_lib (Locatello et al. 2019) it is a support
 * vector classifier, one value against the rest.
 *
 * @param codes [images, latents], 3 images or more
 * @throws {InputError} where codes or factors do not fit, are not finite or too few, or a factor never varies
 */
export function sap(codes: Representation, factors: Factors, settings: SapSettings = {}): Sap {
  const { seed, testShare, c } = checkSettings('dynamic-vae: sap', schema, settings);
  const means = measuredMeans('SAP', codes, factors, 3);
  const rows = splitRows(factors, means.rows, testShare, seed);
  return sapOfSplit(means, factors, rows, c);
}

const schema = z.object({
  seed: given<Seed>().default(0),
  testShare: finite({ above: 0, below: 1 }).default(1 / 3),
  c: finite({ above: 0 }).default(0.01),
});

/** SAP by given rows to learn from and to test. */
export function sapOfSplit(means: Matrix, factors: Factors, { train, test }: SplitRows, c: number): Sap {
  const { sizes, ordered } = factors;
  const scores = new Float64Array(means.cols * sizes.length);
  const columns = sizes.map((_, k) => factorColumn(factors, k));
  const labels = columns.map((column) => train.map((row) => column[row]!));
  const tested = columns.map((column) => test.map((row) => column[row]!));
  for (let j = 0; j < means.cols; j++) {
    const latent = latentColumn(means, j);
    const x = Float64Array.from(train, (row) => latent[row]!);
    const xTested = Float64Array.from(test, (row) => latent[row]!);
    for (const [k, size] of sizes.entries()) {
      scores[j * sizes.length + k] = ordered?.[k]
        ? squaredCorrelation(x, labels[k]!)
        : lineAccuracy(fitLines(x, labels[k]!, size, c), xTested, tested[k]!);
    }
  }
  const gaps = sizes.map((_, k) => gapOf(scores, means.cols, k, sizes.length));
  return { sap: gaps.reduce((sum, { gap }) => sum + gap, 0) / sizes.length, factors: gaps, scores };
}

function gapOf(scores: Float64Array, latents: number, factor: number, factors: number): SapFactor {
  const score = (j: number) => scores[j * factors + factor]!;
  const [best, second] = Array.from({ length: latents }, (_, j) => j).sort((a, b) => score(b) - score(a)) as [
    number,
    number?,
  ];
  return { gap: score(best) - (second === undefined ? 0 : score(second)), best, second };
}

/** A latent whose variance is below this tells nothing, as in disentanglement_lib. */
const STILL = 1e-12;

function squaredCorrelation(x: Float64Array, y: Int32Array): number {
  const [mx, my] = [average(x), average(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return xx / x.length > STILL && yy > 0 ? (xy * xy) / (xx * yy) : 0;
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
