import type { EigenvalueGradient, SmallestEigenvalue } from './smallest-eigenvalue.ts';

/** What is searched, and how long. */
export interface Search {
  /** w₀ */
  readonly centre: Float32Array;
  readonly radius: number;
  readonly value: (params: Float32Array) => Promise<SmallestEigenvalue>;
  readonly gradient: EigenvalueGradient;
  /** Most values that are asked for. */
  readonly maxIterations: number;
  readonly signal?: AbortSignal | undefined;
}

/** The lowest place of a search. */
export interface Found {
  readonly params: Float32Array;
  readonly value: number;
  readonly bound: number;
  /** ‖∇ λ_min‖ where the search began. */
  readonly firstSlope: number;
  readonly kernels: number;
}

/** The first step, and the shortest, in radii. */
const FIRST = 0.5;
const SHORTEST = 1e-3;

/**
 * Goes down along the gradient and back into the ball, halving a step that doesn't lower the eigenvalue and doubling one that does. Where eigenvalues cross the
 * gradient jumps; steps then grow short, and the search ends.
 */
export async function lowest(from: Float32Array, search: Search): Promise<Found> {
  const { radius, value, gradient, maxIterations, signal } = search;
  let params = intoBall(from, search);
  let now = await value(params);
  let slope = await gradient(params, now.vector);
  const firstSlope = lengthOf(slope);
  let step = FIRST * radius;
  let kernels = 1;
  while (kernels < maxIterations && step >= SHORTEST * radius) {
    signal?.throwIfAborted();
    const length = lengthOf(slope);
    if (!(length > 0)) break;
    const next = intoBall(
      params.map((each, i) => each - (step * slope[i]!) / length),
      search,
    );
    const there = await value(next);
    kernels++;
    if (there.value < now.value) {
      [params, now] = [next, there];
      slope = await gradient(params, now.vector);
      step = Math.min(2 * step, radius);
    } else step /= 2;
  }
  return { params, value: now.value, bound: now.bound, firstSlope, kernels };
}

/** Float32 weights round by up to this, relative: so much the ball is drawn in for places to lie inside. */
const INSIDE = 1 - 1e-6;

function intoBall(params: Float32Array, { centre, radius }: Search): Float32Array {
  const offset = Float64Array.from(params, (value, i) => value - centre[i]!);
  const length = lengthOf(offset);
  if (length <= INSIDE * radius) return params;
  return centre.map((value, i) => value + (INSIDE * radius * offset[i]!) / length);
}

function lengthOf(values: ArrayLike<number>): number {
  let square = 0;
  for (let i = 0; i < values.length; i++) square += values[i]! ** 2;
  return Math.sqrt(square);
}
