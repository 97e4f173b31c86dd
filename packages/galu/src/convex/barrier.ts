import { addToDiagonal, mirror, trace } from './square-matrices.ts';

// What both primal-dual interior-point methods share: slacks s > 0 of rows, which become M v − b, and a multiplier z > 0 of each, with s · z = μ at the centre.

/** Share of the way to the boundary that a step goes at most. */
const WITHIN = 0.995;

/** Rows with their slacks and multipliers. */
export interface Walls {
  /** M, m × d. */
  readonly cone: Float64Array;
  /** s, m, positive. */
  readonly slack: Float64Array;
  /** M v − b − s, m: what slacks still miss, which a whole step takes away. */
  readonly missed?: Float64Array;
  /** m, positive. */
  readonly z: Float64Array;
}

/** z/s of each row. */
export function wallWeights({ z, slack }: Pick<Walls, 'z' | 'slack'>, out: Float64Array): Float64Array {
  for (let i = 0; i < z.length; i++) out[i] = z[i]! / slack[i]!;
  return out;
}

/**
 * Adds what walls contribute to a Newton system once the multipliers' steps are eliminated, and finishes its matrix: a little on the diagonal, and what stands below it above, too.
 * @param gradient d; −Mᵀ(μ/s), as far as slacks miss nothing, is added
 * @param hessian d × d, its lower triangle, which has Mᵀ diag(z/s) M already
 * @param least what is added to the diagonal at least
 */
export function addWalls(
  { cone, slack, missed, z }: Walls,
  mu: number,
  {
    gradient,
    hessian,
    least,
  }: { readonly gradient: Float64Array; readonly hessian: Float64Array; readonly least: number },
): void {
  const d = gradient.length;
  for (let i = 0; i < slack.length; i++) {
    const pull = (mu - (missed ? z[i]! * missed[i]! : 0)) / slack[i]!;
    for (let s = 0, at = i * d; s < d; s++) gradient[s]! -= pull * cone[at + s]!;
  }
  addToDiagonal(hessian, d, Math.max(1e-13 * trace(hessian, d), least));
  mirror(hessian, d);
}

/** The step of multipliers that goes with a move of slacks: slack · z = μ in first order. */
export function multiplierStep(
  { slack, z }: Pick<Walls, 'z' | 'slack'>,
  moved: Float64Array,
  mu: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < z.length; i++) out[i] = (mu - z[i]! * moved[i]!) / slack[i]! - z[i]!;
  return out;
}

/** The share of a move at which the first of these numbers, all positive, is 0. */
export function longest(values: Float64Array, move: Float64Array): number {
  let share = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (move[i]! < 0) share = Math.min(share, -values[i]! / move[i]!);
  return share;
}

/** The share of a step that stays within all boundaries, whose shares are given. */
export const within = (shares: readonly number[]): number =>
  shares.reduce((least, share) => Math.min(least, WITHIN * share), 1);

/** Whether a step was long enough for what is left to tell how near the centre is. */
export const isLong = (taken: number): boolean => taken > 0.9;

/** The next μ, from the mean of slack · z that a step left, and the share of it that was taken: short steps are for the centre (after Mehrotra 1992). */
export const nextMu = (left: number, taken: number): number => left * Math.max(0.05, (1 - taken) ** 3);
