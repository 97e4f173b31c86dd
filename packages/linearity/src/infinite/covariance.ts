import type { Means, Moments } from './moments.ts';

/** Covariances of two images, between positions: all pairs [p, p'], or each position with itself [p]. */
export interface Covariance {
  /** Of outputs over random networks: the NNGP kernel. */
  nngp: Float64Array;
  /** Of gradients: the tangent kernel. */
  tangent: Float64Array;
}

/** What of a covariance is there. */
export interface Layout {
  readonly isDiagonal: boolean;
  /** Positions of an image. */
  readonly positions: number;
}

/** The variance at each position of an image, from its covariance with itself. */
export const variancesOf = (nngp: Float64Array, { isDiagonal, positions }: Layout): Float64Array =>
  isDiagonal ? nngp.slice() : Float64Array.from({ length: positions }, (_, a) => nngp[a * positions + a]!);

/** A layer with weights that takes positions one by one: σ_w² K + σ_b², and for the tangent kernel what its own gradients add. */
export function affine(
  { nngp, tangent }: Covariance,
  { weightStd, biasStd, trained }: { readonly weightStd: number; readonly biasStd: number; readonly trained: boolean },
): void {
  const [weight, bias] = [weightStd ** 2, biasStd ** 2];
  for (let i = 0; i < nngp.length; i++) {
    nngp[i] = weight * nngp[i]! + bias;
    tangent[i] = weight * tangent[i]! + (trained ? nngp[i]! : 0);
  }
}

/** Means of what filters read: over their taps, at both images the same one (Novak et al. 2019, equation 7). */
export function convolve(
  values: Float64Array,
  reads: Int32Array,
  { isDiagonal, positions }: Layout,
  taps: number,
): Float64Array {
  const outputs = reads.length / taps;
  const sums = new Float64Array(isDiagonal ? outputs : outputs * outputs);
  for (let tap = 0; tap < taps; tap++) {
    const read = reads.subarray(tap * outputs, (tap + 1) * outputs);
    for (let a = 0; a < outputs; a++) {
      const from = read[a]!;
      if (from < 0) continue;
      if (isDiagonal) {
        sums[a]! += values[from]! / taps;
        continue;
      }
      for (let b = 0; b < outputs; b++) {
        const to = read[b]!;
        if (to >= 0) sums[a * outputs + b]! += values[from * positions + to]! / taps;
      }
    }
  }
  return sums;
}

/** K ← E φ(u) φ(v), Θ ← Θ · E φ'(u) φ'(v), with (u, v) Gaussian of the covariance before. */
export function activate(
  { nngp, tangent }: Covariance,
  means: (moments: Moments) => Means,
  [xx, zz]: readonly [Float64Array, Float64Array],
  { isDiagonal, positions }: Layout,
): void {
  for (let i = 0; i < nngp.length; i++) {
    const a = isDiagonal ? i : Math.floor(i / positions);
    const b = isDiagonal ? i : i % positions;
    const { product, slopes } = means({ xx: xx[a]!, zz: zz[b]!, xz: nngp[i]! });
    nngp[i] = product;
    tangent[i]! *= slopes;
  }
}

/** The mean over positions that are the same in both images. */
export function flattened(values: Float64Array, { isDiagonal, positions }: Layout): Float64Array {
  let sum = 0;
  for (let a = 0; a < positions; a++) sum += values[isDiagonal ? a : a * positions + a]!;
  return Float64Array.of(sum / positions);
}

/** The mean over all pairs of positions. */
export const averaged = (values: Float64Array): Float64Array =>
  Float64Array.of(values.reduce((sum, value) => sum + value, 0) / values.length);
