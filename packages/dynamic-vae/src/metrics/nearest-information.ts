import { checkSettings, count } from '@unbraid/checks';
import * as z from 'zod';
import type { Factors } from './codes.ts';
import { factorEntropies } from './entropy.ts';
import type { MutualInformation } from './mutual-information.ts';
import { factorColumn, latentColumn, measuredMeans, type Representation } from './representation.ts';

/** What `nearestInformation` takes beside codes and factors. */
export interface NearestSettings {
  /** k: nearest neighbours, by default 10. */
  readonly neighbours?: number;
}

/**
 * I(z_j; v_k) of a continuous latent and a discrete factor by nearest neighbours (Ross 2014, PLoS ONE 9(2): e87357, equation 2):
 *
 *     I = ψ(N) − ⟨ψ(N_v)⟩ + ⟨ψ(k)⟩ − ⟨ψ(m)⟩
 *
 * where m counts the images whose latent is nearer than the k-th nearest of the same value. No bins are chosen. A value that one image
 * alone has is left out; one that has fewer than k + 1 takes as many neighbours as there are.
 *
 * Where latents tie, k is how many images of the same value are in fact nearer than the k-th, and where that is no farther than the image
 * itself, k and m count the images whose latent is equal (Gao et al. 2017, arXiv 1709.06212, of mixtures). A latent of few values then has the
 * information of joint counts, with ψ in place of the logarithm, which takes off what chance adds to that.
 *
 * @param codes [images, latents]
 * @returns in nats, at least 0
 * @throws {InputError} where codes or factors do not fit, are not finite, or a factor never varies
 */
export function nearestInformation(
  codes: Representation,
  factors: Factors,
  settings: NearestSettings = {},
): MutualInformation {
  const { neighbours } = checkSettings('dynamic-vae: nearestInformation', schema, settings);
  const means = measuredMeans('mutual information', codes, factors);
  const count = factors.sizes.length;
  const information = new Float64Array(means.cols * count);
  const psi = digammas(means.rows);
  const columns = factors.sizes.map((_, k) => factorColumn(factors, k));
  for (let j = 0; j < means.cols; j++) {
    const latent = latentColumn(means, j);
    const order = Uint32Array.from(latent, (_, i) => i).sort((a, b) => latent[a]! - latent[b]!);
    columns.forEach((labels, k) => {
      information[j * count + k] = informationOf(latent, labels, order, factors.sizes[k]!, neighbours, psi);
    });
  }
  return { information, latents: means.cols, entropies: factorEntropies(factors) };
}

const schema = z.object({ neighbours: count().default(10) });

/** Rows of a latent in order, without those of values that one image alone has. */
function informationOf(
  latent: Float64Array,
  labels: Int32Array,
  order: Uint32Array,
  size: number,
  neighbours: number,
  psi: Float64Array,
): number {
  const counts = new Int32Array(size);
  for (const label of labels) counts[label]!++;
  const kept = order.filter((row) => counts[labels[row]!]! > 1);
  if (kept.length === 0) return 0;
  const all = Float64Array.from(kept, (row) => latent[row]!);
  const ofValue = Array.from({ length: size }, () => [] as number[]);
  for (const row of kept) ofValue[labels[row]!]!.push(latent[row]!);
  let sum = 0;
  for (const own of ofValue) {
    if (own.length === 0) continue;
    const k = Math.min(neighbours, own.length - 1);
    sum -= own.length * psi[own.length]!;
    const near = radii(own, k);
    const [nearOwn, nearAll] = [counter(own), counter(all)];
    own.forEach((value, i) => {
      sum += psi[nearOwn(value, near[i]!)]! - psi[nearAll(value, near[i]!)]!;
    });
  }
  return Math.max(0, psi[kept.length]! + sum / kept.length);
}

/** Counts those of sorted values that are nearer to a value than a radius, or equal to it where that is 0; asked of values that rise. */
function counter(sorted: ArrayLike<number>): (value: number, radius: number) => number {
  let [low, high] = [0, 0];
  return (value, radius) => {
    const [from, to] = [value - radius, value + radius];
    const below = radius > 0 ? (x: number) => x <= from : (x: number) => x < from;
    const above = radius > 0 ? (x: number) => x >= to : (x: number) => x > to;
    // Values rise, but their radii don't: the ends are moved from where they were.
    while (low > 0 && !below(sorted[low - 1]!)) low--;
    while (low < sorted.length && below(sorted[low]!)) low++;
    while (high > 0 && above(sorted[high - 1]!)) high--;
    while (high < sorted.length && !above(sorted[high]!)) high++;
    return Math.max(1, high - low);
  };
}

/** The distance from each of sorted values to the k-th nearest other. */
function radii(sorted: readonly number[], k: number): Float64Array {
  let from = 0;
  return Float64Array.from(sorted, (value, i) => {
    from = Math.max(from, i - k);
    // The k nearest are neighbours in order: the window of k + 1 moves on while that brings its farther end nearer.
    while (from < i && from + k + 1 < sorted.length && sorted[from + k + 1]! - value < value - sorted[from]!) from++;
    return Math.max(value - sorted[from]!, sorted[Math.min(from + k, sorted.length - 1)]! - value);
  });
}

/** ψ(n) of n from 1 to `count`, at index n. */
function digammas(count: number): Float64Array {
  const EULER = 0.5772156649015329;
  const psi = new Float64Array(count + 1).fill(-EULER);
  for (let n = 2; n <= count; n++) psi[n] = psi[n - 1]! + 1 / (n - 1);
  return psi;
}
