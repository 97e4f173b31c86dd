import type { Matrix } from '@unbraid/data';
import type { Codes } from './codes.ts';
import { normalCdf } from './normal-cdf.ts';

/** Bins of one latent: equally wide from −range to range, the outermost without end. */
export interface Bins {
  readonly count: number;
  readonly range: number;
}

/** Mass beyond so many standard deviations, 1e-9 on each side, is put into the last bin within. */
const REACH = 6;

/**
 * Which bin a latent is in: Q(s|x), the mass of q(z_j|x) in each bin, [images, bins] row-major. It is exact for noise of any size;
 * nothing is sampled.
 */
export function binMasses({ mean, logVariance }: Codes, latent: number, { count, range }: Bins): Matrix {
  const data = new Float32Array(mean.rows * count);
  const width = (2 * range) / count;
  const binOf = (z: number) => Math.min(count - 1, Math.max(0, Math.floor((z + range) / width)));
  for (let i = 0; i < mean.rows; i++) {
    const mu = mean.data[i * mean.cols + latent]!;
    const deviation = Math.exp(logVariance.data[i * mean.cols + latent]! / 2);
    const first = binOf(mu - REACH * deviation);
    const last = binOf(mu + REACH * deviation);
    let below = 0;
    for (let bin = first; bin < last; bin++) {
      const upTo = normalCdf(((bin + 1) * width - range - mu) / deviation);
      data[i * count + bin] = upTo - below;
      below = upTo;
    }
    data[i * count + last] = 1 - below;
  }
  return { data, rows: mean.rows, cols: count };
}
