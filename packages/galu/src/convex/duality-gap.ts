import { dot } from '../vectors.ts';

/** Where a program stands: what its gap is reckoned from. */
export interface Standing {
  /** n */
  readonly rows: number;
  /** n targets, for each output. */
  readonly y: Float64Array;
  /** As many, of the weights. */
  readonly residual: Float64Array;
  /** The sum of the lengths of all neurons' weights. */
  readonly norms: number;
  /** λ. */
  readonly penalty: number;
}

/** How far from the optimum of a program. */
export interface Gap {
  /** (1/2n) ‖r‖² + λ times the sum of lengths. */
  readonly objective: number;
  /** The objective less the best bound from below that the residuals give; the optimum lies between. */
  readonly gap: number;
  /** How much a neuron of each gate, of length 1, could say about the residuals, divided by n: at most λ at the optimum. */
  readonly pulls: Float64Array;
}

/**
 * The duality gap at residuals: scaled until no neuron could say more than nλ about them they are feasible in the dual, max_θ (1/2n) (‖y‖² − ‖y − θ‖²) (Ndiaye et al. 2017,
 * Section 2).
 */
export function dualityGap({ rows, y, residual, norms, penalty }: Standing, pulls: Float64Array): Gap {
  const largest = strongest(pulls);
  const objective = dot(residual, residual) / (2 * rows) + penalty * norms;
  const most = largest > 0 ? Math.min(1, penalty / largest) : 1;
  return { objective, gap: objective - dualValue(y, residual, most) / rows, pulls };
}

/** The largest of them, at least 0. */
export const strongest = (pulls: Float64Array): number => pulls.reduce((most, pull) => Math.max(most, pull), 0);

/** The gates that pull stronger than a penalty and aren't known, the strongest first: so many at most. */
export function strongestBeyond(
  pulls: Float64Array,
  penalty: number,
  isKnown: (gate: number) => boolean,
  most: number,
): number[] {
  const outside = [...pulls.keys()].filter((j) => pulls[j]! > penalty && !isKnown(j));
  outside.sort((a, b) => pulls[b]! - pulls[a]! || a - b);
  return outside.slice(0, most);
}

/** ½ (‖y‖² − ‖y − s r‖²) at the best multiple s of the residuals in [−most, most], most ≤ 1 being what the constraints allow. */
function dualValue(y: Float64Array, residual: Float64Array, most: number): number {
  const rr = dot(residual, residual);
  if (rr === 0) return 0;
  const yr = dot(y, residual);
  const s = Math.max(-most, Math.min(most, yr / rr));
  return s * yr - 0.5 * s * s * rr;
}
