import { checkSettings, finite, InputError, integer } from '@unbraid/checks';
import { object } from 'zod';
import type { Quadrature } from './quadrature.ts';

/** A mean over probes. */
export interface Estimate {
  readonly value: number;
  /** Of the mean, from the scatter between probes; what too few steps leave out is not in it. */
  readonly standardError: number;
}

/** The quadratures that means are taken over. */
export interface Probed {
  readonly probes: readonly Quadrature[];
}

/**
 * tr f(A) / N: the mean of f over the eigenvalues. N times that of the logarithm is log det A, of the inverse the trace of A⁻¹.
 * @throws {InputError} where f has no finite value at a node, as the logarithm has none at a zero eigenvalue that rounding made negative
 */
export function spectralMean({ probes }: Probed, f: (eigenvalue: number) => number): Estimate {
  const values = probes.map(({ nodes, weights }) =>
    nodes.reduce((sum, node, j) => sum + weights[j]! * finiteAt(node, f(node)), 0),
  );
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  return { value, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

function finiteAt(node: number, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new InputError(
    'not-finite',
    `linearity: the function whose mean is taken is ${value} at the eigenvalue ${node}; take one that is finite from lower to upper`,
  );
}

/** The density of eigenvalues at a place, each of them blurred to a Gaussian of standard deviation `width`; per unit of eigenvalues. */
export function densityAt(density: Probed & { readonly width: number }, at: number): Estimate {
  const { width } = density;
  const height = 1 / (width * Math.sqrt(2 * Math.PI));
  return spectralMean(density, (node) => height * Math.exp(-0.5 * ((at - node) / width) ** 2));
}

/** The share of eigenvalues up to a place, not blurred. */
export const distributionAt = (density: Probed, at: number): Estimate =>
  spectralMean(density, (node) => Number(node <= at));

/** A place on a curve. */
export interface DensityPoint extends Estimate {
  readonly at: number;
}

const settings = object({ points: integer({ min: 2 }).default(200), margin: finite({ min: 0 }).default(4) });

/**
 * The density at places of equal distance, for a figure.
 * @param options points: how many, 200 by default; margin: how many widths further than the outermost nodes they reach, 4 by default
 * @throws {InputError} for options out of range
 */
export function densityCurve(
  density: Probed & { readonly width: number; readonly lower: number; readonly upper: number },
  options: { readonly points?: number; readonly margin?: number } = {},
): DensityPoint[] {
  const { points, margin } = checkSettings('linearity: densityCurve', settings, options);
  const from = density.lower - margin * density.width;
  const step = (density.upper + margin * density.width - from) / (points - 1);
  return Array.from({ length: points }, (_, i) => {
    const at = from + i * step;
    return { at, ...densityAt(density, at) };
  });
}
