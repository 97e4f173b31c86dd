import type { Factors } from './codes.ts';

/** −Σ p log p in nats; `shares` sum to 1. */
export function entropy(shares: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i]!;
    if (share > 0) sum -= share * Math.log(share);
  }
  return sum;
}

/** The share of images that have each value of a factor, [values]. */
export function valueShares({ values, sizes }: Factors, factor: number): Float64Array {
  const counts = new Float64Array(sizes[factor]!);
  const images = values.length / sizes.length;
  for (let i = 0; i < images; i++) counts[values[i * sizes.length + factor]!]!++;
  // Counted first: sums of 1 / images would not be 1 where all have one value, and the entropy not 0.
  return counts.map((count) => count / images);
}

/** H(v_k) of each factor, in nats: as much as there is to tell. */
export const factorEntropies = (factors: Factors): Float64Array =>
  Float64Array.from(factors.sizes, (_, k) => entropy(valueShares(factors, k)));

/** Values as shares that sum to 1; all 0 where they are. */
export function asShares(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map((value) => value / sum) : values;
}
