import { checkSettings, count, finite, given, InputError, integer, oneOf } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { type Random, type Seed, streamOf } from '@unbraid/kernels';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { entropy } from './entropy.ts';
import { explicitness } from './explicitness.ts';
import { factorColumn, measuredMeans, type Representation } from './representation.ts';
import { type SplitRows, splitRows } from './split-rows.ts';
import { fitBoosting, type Task } from './trees/boosting.ts';
import { type Forest, fitForest, rSquared } from './trees/forest.ts';

/** What `dci` takes beside codes and factors. */
export interface DciSettings {
  /**
   * What predicts a factor and tells which latents it needed: `boosting`, the default, as disentanglement_lib does and most published
   * numbers, or `forest`, one of the paper's own two.
   */
  readonly probe?: 'boosting' | 'forest';
  /** Of the division of rows, of forests, and of which of two equally good splits is taken. Default 0. */
  readonly seed?: Seed;
  /** The share of rows that is tested, by default ⅓ as of disentanglement_lib's 10,000 and 5,000. */
  readonly testShare?: number;
  /** Whether explicitness is measured, which grows a forest in any case; default true. */
  readonly explicitness?: boolean;
  /** Trees of a forest, by default 100. */
  readonly trees?: number;
  /** Depth of a forest's deepest trees, its largest capacity, by default 12. */
  readonly depth?: number;
}

/** What DCI tells of a factor. */
export interface DciFactor {
  /** C_k, in [0, 1]: 1 where one latent is all that was needed. */
  readonly completeness: number;
  /** I_k: accuracy on the test rows, in [0, 1]; R², at most 1, of a factor whose values are ordered. */
  readonly informativeness: number;
  /** E_k, in [−1, 1]: how little capacity finds what there is; undefined where it was not asked for. */
  readonly explicitness: number | undefined;
}

/** Disentanglement, completeness, informativeness and explicitness, and what they come from. */
export interface Dci {
  /** D, in [0, 1]: 1 where each latent serves one factor. */
  readonly disentanglement: number;
  /** C, in [0, 1]: the mean over factors. */
  readonly completeness: number;
  /** I: the mean over factors. */
  readonly informativeness: number;
  /** E: the mean over factors; undefined where it was not asked for. */
  readonly explicitness: number | undefined;
  /** R: how much latent j served to predict factor k, [latents, factors]; each factor's sum to 1, or are all 0 where nothing served. */
  readonly importance: Float64Array;
  /** D_j of each latent. */
  readonly latents: Float64Array;
  readonly factors: readonly DciFactor[];
}

/**
 * DCI (Eastwood and Williams 2018, "A framework for the quantitative evaluation of disentangled representations") with the explicitness of
 * DCI-ES (Eastwood et al. 2023, arXiv 2210.00364). A probe predicts each factor from all latents; R_jk is how much latent j served for it:
 *
 *     D_j = 1 − H_K(R_jk / Σ_k R_jk),   D = Σ_j ρ_j D_j,   ρ_j = Σ_k R_jk / ΣR
 *     C_k = 1 − H_J(R_jk / Σ_j R_jk),   C = mean of C_k
 *
 * with entropies to the base of the number of factors K or latents J. Probes are boosted trees or a random forest, R_jk is by how much
 * splits by the latent lowered the impurity. Informativeness is the accuracy of that probe on rows it did not learn from; the paper tells the
 * error of a regression instead. Explicitness is that of forests of depth 1, 2, …, `depth`.
 *
 * @param codes [images, latents], 10 images or more
 * @throws {InputError} where codes or factors do not fit, are not finite or too few, or a factor never varies
 */
export function dci(codes: Representation, factors: Factors, settings: DciSettings = {}): Dci {
  const s = checkSettings('dynamic-vae: dci', schema, settings);
  const means = measuredMeans('DCI', codes, factors, 10);
  const random = streamOf(s.seed);
  const rows = splitRows(factors, means.rows, s.testShare, random);
  const probes = factors.sizes.map((size, k) => {
    const labels = factorColumn(factors, k);
    const task: Task = { labels, classes: factors.ordered?.[k] ? undefined : size };
    checkTest(labels, rows.test, k);
    return probe(means, task, rows, s, random.split('probe').split(k));
  });
  return dciOf(probes, means.cols);
}

const schema = z.object({
  probe: oneOf('boosting', 'forest').default('boosting'),
  seed: given<Seed>().default(0),
  testShare: finite({ above: 0, below: 1 }).default(1 / 3),
  explicitness: z.boolean({ error: 'true or false' }).default(true),
  trees: count().default(100),
  depth: integer({ min: 2, max: 60 }).default(12),
});

/** As scikit-learn's, and so disentanglement_lib's. */
const BOOSTING = { stages: 100, depth: 3, rate: 0.1 };

/** What a factor's probe found. */
export interface Probe {
  readonly importance: Float64Array;
  readonly informativeness: number;
  readonly explicitness: number | undefined;
}

function probe(x: Matrix, task: Task, rows: SplitRows, s: z.output<typeof schema>, random: Random): Probe {
  const needsForest = s.explicitness || s.probe === 'forest';
  const forest = needsForest
    ? fitForest(x, task, rows, { trees: s.trees, depth: s.depth, random: random.split('forest') })
    : undefined;
  const found = s.probe === 'forest' ? ofForest(forest!) : ofBoosting(x, task, rows, random);
  return { ...found, explicitness: s.explicitness ? explicitnessOf(forest!) : undefined };
}

const ofForest = ({ importance, losses }: Forest) => ({ importance, informativeness: 1 - losses.at(-1)! });

function ofBoosting(x: Matrix, task: Task, { train, test }: SplitRows, random: Random) {
  const { importance, predict } = fitBoosting(x, task, train, { ...BOOSTING, random: random.split('columns') });
  const said = predict(test);
  const truth = Float64Array.from(test, (row) => task.labels[row]!);
  const right = said.filter((value, i) => value === truth[i]).length / test.length;
  return { importance, informativeness: task.classes === undefined ? rSquared(said, truth) : right };
}

function explicitnessOf({ losses, baseline }: Forest): number {
  const capacities = Float64Array.from(losses, (_, i) => i + 1);
  return explicitness({ capacities, losses, baseline });
}

/** Without two values among the test rows there is no R², and no loss that a probe could lower. */
function checkTest(labels: Int32Array, test: Int32Array, factor: number): void {
  if (test.some((row) => labels[row] !== labels[test[0]!])) return;
  throw new InputError(
    'data',
    `dynamic-vae: factor ${factor} has one value in all ${test.length} images that test DCI; give more images, or a larger testShare`,
  );
}

/** DCI of the probes of all factors. */
export function dciOf(probes: readonly Probe[], latents: number): Dci {
  const count = probes.length;
  const importance = new Float64Array(latents * count);
  for (const [k, { importance: own }] of probes.entries())
    own.forEach((value, j) => {
      importance[j * count + k] = value;
    });
  const byLatent = Array.from({ length: latents }, (_, j) => importance.subarray(j * count, (j + 1) * count));
  const total = importance.reduce((sum, value) => sum + value, 0);
  const ofLatents = Float64Array.from(byLatent, concentration);
  const weight = (j: number) => byLatent[j]!.reduce((sum, value) => sum + value, 0) / total;
  const factors = probes.map(({ importance: own, informativeness, explicitness: e }) => ({
    completeness: concentration(own),
    informativeness,
    explicitness: e,
  }));
  const average = (of: (factor: DciFactor) => number) => factors.reduce((sum, factor) => sum + of(factor), 0) / count;
  return {
    disentanglement: total > 0 ? ofLatents.reduce((sum, one, j) => sum + weight(j) * one, 0) : 0,
    completeness: average(({ completeness }) => completeness),
    informativeness: average(({ informativeness }) => informativeness),
    explicitness: probes[0]!.explicitness === undefined ? undefined : average((factor) => factor.explicitness!),
    importance,
    latents: ofLatents,
    factors,
  };
}

/** 1 less the entropy of values as shares, to the base of how many there are; 0 where all are 0, 1 for a single value. */
function concentration(values: Float64Array): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  if (values.length === 1) return 1;
  return 1 - entropy(values.map((value) => value / sum)) / Math.log(values.length);
}
