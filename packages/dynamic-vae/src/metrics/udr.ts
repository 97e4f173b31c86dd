import { checkSettings, finite, InputError, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { type Codes, checkCodes } from './codes.ts';
import { klDivergence } from './kl.ts';
import { lasso } from './lasso.ts';
import { latentColumn } from './representation.ts';
import { standardized } from './standardized.ts';

/** What `udr` takes beside models' codes. */
export interface UdrSettings {
  /** How latents of two models are compared: by the weights of a lasso, the default, or by Spearman's rank correlation. */
  readonly similarity?: 'lasso' | 'spearman';
  /** The lasso's penalty, by default 0.1 as published. */
  readonly alpha?: number;
  /** Least KL divergence of a latent that takes part, in nats, by default 0.01 as published. */
  readonly threshold?: number;
}

/** The unsupervised disentanglement ranking of models. */
export interface Udr {
  /** UDR of each model, in [0, 1] by Spearman's correlation: the median over its comparisons with the others. */
  readonly scores: Float64Array;
  /** UDR_ij of models i and j, [models, models]; 0 on the diagonal. */
  readonly pairs: Float64Array;
  /** How many latents of each model take part. */
  readonly informative: Int32Array;
}

/**
 * The unsupervised disentanglement ranking (Duan et al. 2020, arXiv 1905.12614, section 4), which needs no factors: models that were trained alike
 * from other seeds agree up to the order and sign of latents where they are disentangled. With R(a, b) the similarity of latent a of model i and b of model
 * j, over the latents whose KL divergence is above the threshold (d_a and d_b of them),
 *
 *     UDR_ij = (Σ_b r_b² / Σ_a R(a, b) + Σ_a r_a² / Σ_b R(a, b)) / (d_a + d_b),   r_b = max_a R(a, b),  r_a = max_b R(a, b)
 *
 * and a model's UDR is the median of UDR_ij over the others. disentanglement_lib averages the two sums apart, which is the same where both models have as
 * many informative latents. The lasso predicts the latents of model j from those of i, all standardized. A model without informative latents scores 0.
 *
 * @param models the codes of each model for the same images in the same order, two models or more
 * @throws {InputError} where codes do not fit, are not finite, or there are fewer than two models or images
 */
export function udr(models: readonly Codes[], settings: UdrSettings = {}): Udr {
  const { similarity, alpha, threshold } = checkSettings('dynamic-vae: udr', schema, settings);
  checkModels(models);
  const views = models.map((codes) => viewOf(codes, threshold, similarity));
  const pairs = new Float64Array(models.length ** 2);
  for (const [i, from] of views.entries()) {
    for (const [j, to] of views.entries()) {
      if (i !== j)
        pairs[i * models.length + j] = agreement(similarities(from, to, similarity, alpha), from.count, to.count);
    }
  }
  const scores = Float64Array.from(models, (_, j) =>
    median(models.flatMap((_, i) => (i === j ? [] : [pairs[i * models.length + j]!]))),
  );
  return { scores, pairs, informative: Int32Array.from(views, ({ count }) => count) };
}

const schema = z.object({
  similarity: oneOf('lasso', 'spearman').default('lasso'),
  alpha: finite({ above: 0 }).default(0.1),
  threshold: finite({ min: 0 }).default(0.01),
});

function checkModels(models: readonly Codes[]): void {
  if (!Array.isArray(models) || models.length < 2) {
    throw new InputError('data', 'dynamic-vae: UDR compares two models or more; give the codes of each in a list');
  }
  models.forEach(checkCodes);
  const rows = models.map(({ mean }) => mean.rows);
  const other = rows.findIndex((count) => count !== rows[0]);
  if (other >= 0) {
    throw new InputError(
      'data',
      `dynamic-vae: model 0 has codes of ${rows[0]} images, model ${other} of ${rows[other]}; UDR compares codes of the same images`,
    );
  }
  if (rows[0]! < 2) throw new InputError('data', 'dynamic-vae: UDR needs codes of two images or more');
}

/** A model's informative latents, or the ranks of these, standardized, [images, count]. */
interface View {
  readonly data: Float64Array;
  readonly rows: number;
  readonly count: number;
}

function viewOf(codes: Codes, threshold: number, similarity: 'lasso' | 'spearman'): View {
  const { dimensions } = klDivergence(codes);
  const kept = Array.from(dimensions.keys()).filter((j) => dimensions[j]! > threshold);
  const { rows } = codes.mean;
  const data = new Float64Array(rows * kept.length);
  kept.forEach((j, at) => {
    const latent = latentColumn(codes.mean, j);
    standardized(similarity === 'lasso' ? latent : ranksOf(latent)).forEach((value, i) => {
      data[i * kept.length + at] = value;
    });
  });
  return { data, rows, count: kept.length };
}

/** R [from.count, to.count]: absolute weights of lassos, or absolute rank correlations. */
function similarities(from: View, to: View, similarity: 'lasso' | 'spearman', alpha: number): Float64Array {
  const cross = moments(from, to);
  if (similarity === 'spearman') return cross.map(Math.abs);
  const gram = moments(from, from);
  const result = new Float64Array(from.count * to.count);
  for (let b = 0; b < to.count; b++) {
    const column = Float64Array.from({ length: from.count }, (_, a) => cross[a * to.count + b]!);
    lasso({ gram, cross: column }, alpha).forEach((weight, a) => {
      result[a * to.count + b] = Math.abs(weight);
    });
  }
  return result;
}

/** XᵀY / rows. */
function moments(x: View, y: View): Float64Array {
  const result = new Float64Array(x.count * y.count);
  for (let i = 0; i < x.rows; i++) {
    for (let a = 0; a < x.count; a++) {
      const value = x.data[i * x.count + a]! / x.rows;
      for (let b = 0; b < y.count; b++) result[a * y.count + b]! += value * y.data[i * y.count + b]!;
    }
  }
  return result;
}

function agreement(r: Float64Array, rows: number, cols: number): number {
  if (rows + cols === 0) return 0;
  let sum = 0;
  for (let b = 0; b < cols; b++) sum += relativeStrength(Array.from({ length: rows }, (_, a) => r[a * cols + b]!));
  for (let a = 0; a < rows; a++) sum += relativeStrength(Array.from(r.subarray(a * cols, (a + 1) * cols)));
  return sum / (rows + cols);
}

/** max² / Σ; 0 where nothing is similar. */
function relativeStrength(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? Math.max(...values) ** 2 / sum : 0;
}

/** Ranks from 0; equal values share the mean of theirs. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
