import type { Covariance } from './covariance.ts';

/** Settings of an attention layer. */
export interface AttentionSettings {
  readonly scaling: 'linear' | 'root';
  readonly mechanism: 'identity' | 'softmax' | 'relu';
  readonly queryKeyStd: number;
  readonly valueOutputStd: number;
  readonly biasStd: number;
}

/**
 * The weights with which positions of an image look at each other, [p, p], where dot products of keys and queries are divided by their number and both have
 * the same weights: these products no longer scatter, and what is left of them is the image's own covariance.
 */
export function attentionWeights(
  nngp: Float64Array,
  positions: number,
  { mechanism, queryKeyStd }: AttentionSettings,
): Float64Array {
  const weights = nngp.map((value) => queryKeyStd * value);
  if (mechanism === 'relu') return weights.map((value) => Math.max(0, value));
  if (mechanism === 'identity') return weights;
  for (let a = 0; a < positions; a++) {
    const row = weights.subarray(a * positions, (a + 1) * positions);
    const top = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const total = row.reduce((sum, value) => sum + Math.exp(value - top), 0);
    row.forEach((value, b) => {
      row[b] = Math.exp(value - top) / total;
    });
  }
  return weights;
}

/** K ← σ² G K G'ᵀ + σ_b²; output and value weights each add as much to the tangent kernel (Hron et al. 2020, section 3.3). */
export function attendLinearly(
  { nngp, tangent }: Covariance,
  [left, right]: readonly [Float64Array, Float64Array],
  positions: number,
  { valueOutputStd, biasStd }: AttentionSettings,
): Covariance {
  const scale = valueOutputStd ** 2;
  const [k, theta] = [nngp, tangent].map((values) => between(left, values, right, positions));
  return {
    nngp: k!.map((value) => scale * value + biasStd ** 2),
    tangent: theta!.map((value, i) => scale * (value + 2 * k![i]!) + biasStd ** 2),
  };
}

/** G M G'ᵀ, all [p, p]. */
function between(left: Float64Array, values: Float64Array, right: Float64Array, p: number): Float64Array {
  const rows = new Float64Array(p * p);
  for (let a = 0; a < p; a++)
    for (let i = 0; i < p; i++) {
      const weight = left[a * p + i]!;
      for (let j = 0; j < p; j++) rows[a * p + j]! += weight * values[i * p + j]!;
    }
  const result = new Float64Array(p * p);
  for (let a = 0; a < p; a++)
    for (let b = 0; b < p; b++) {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += rows[a * p + j]! * right[b * p + j]!;
      result[a * p + b] = sum;
    }
  return result;
}

/**
 * K_ab ← σ² K_ab Σ K², over all pairs of positions, where dot products of keys and queries are divided by the root of their number and stay random; no
 * non-linearity but the identity has a closed form. Queries, keys, values and outputs each add as much to the tangent kernel (Hron et al. 2020, section 3.2).
 */
export function attendAtRoot(
  { nngp, tangent }: Covariance,
  { queryKeyStd, valueOutputStd, biasStd }: AttentionSettings,
): Covariance {
  const scale = (queryKeyStd * valueOutputStd) ** 2;
  let [squares, products] = [0, 0];
  for (let i = 0; i < nngp.length; i++) {
    squares += nngp[i]! ** 2;
    products += nngp[i]! * tangent[i]!;
  }
  return {
    nngp: nngp.map((value) => scale * value * squares + biasStd ** 2),
    tangent: tangent.map(
      (value, i) => scale * (squares * (value + 4 * nngp[i]!) + 2 * products * nngp[i]!) + biasStd ** 2,
    ),
  };
}
