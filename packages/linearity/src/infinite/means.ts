import { type SeriesActivation, seriesActivations, seriesMeans } from './hermite-series.ts';
import type { Means, Moments } from './moments.ts';

/** The cosine of the angle between u and v; 0 where either is 0. */
function cosineOf({ xx, zz, xz }: Moments): number {
  const size = Math.sqrt(xx * zz);
  return size > 0 ? Math.min(1, Math.max(-1, xz / size)) : 0;
}

/** Cho and Saul 2009, equations 3 to 6, for the arc-cosine kernels of degree 1 and 0. */
function reluMeans(moments: Moments): Means {
  const cosine = cosineOf(moments);
  const open = Math.PI - Math.acos(cosine);
  const sine = Math.sqrt((1 - cosine) * (1 + cosine));
  const size = Math.sqrt(moments.xx * moments.zz);
  return { product: (size * (sine + open * cosine)) / (2 * Math.PI), slopes: open / (2 * Math.PI) };
}

/** Williams 1997, equation 11, and its derivative by E u v. */
function erfMeans({ xx, zz, xz }: Moments): Means {
  const size = (1 + 2 * xx) * (1 + 2 * zz);
  const rest = Math.sqrt(Math.max(0, size - 4 * xz * xz));
  return { product: (2 / Math.PI) * Math.atan2(2 * xz, rest), slopes: 4 / Math.PI / rest };
}

/**
 * u Φ(u), Φ the normal distribution function (Tsuchida, Pearce, van der Heide, Roosta and Gallagher 2021, section 3.2). Both follow from
 * integration by parts: E φ(u) φ(v), φ the normal density, is a Gaussian integral, E Φ(u) Φ(v) the chance that two Gaussians are positive.
 */
function geluMeans({ xx, zz, xz }: Moments): Means {
  const [a, b] = [1 + xx, 1 + zz];
  const rest = a * b - xz * xz;
  const densities = 1 / (2 * Math.PI * Math.sqrt(rest));
  const both = 0.25 + Math.atan2(xz, Math.sqrt(rest)) / (2 * Math.PI);
  const crossed = 1 / a + 1 / b;
  return {
    product: densities * (xx * zz + xz * xz * (crossed - 1)) + xz * both,
    slopes: both + xz * densities * (crossed + 1 / rest),
  };
}

const closed = { relu: reluMeans, erf: erfMeans, gelu: geluMeans };

/** Activations of infinitely wide networks: the first three have Gaussian means in closed form, those of the others are series. */
export const infiniteActivations = ['relu', 'erf', 'gelu', ...seriesActivations] as const;

/** φ of an infinitely wide network. */
export type InfiniteActivation = (typeof infiniteActivations)[number];

const isClosed = (name: InfiniteActivation): name is keyof typeof closed => Object.hasOwn(closed, name);

/** The Gaussian means of an activation. */
export const meansOf = (name: InfiniteActivation): ((moments: Moments) => Means) =>
  isClosed(name) ? closed[name] : seriesMeans(name satisfies SeriesActivation);
