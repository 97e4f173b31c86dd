import { adjoint, dot, type GatedFeatures, norm } from './gated-features.ts';

/** How far weights are from the optimum of the gated program. */
export interface Gap {
  /** (1/2n) ‖y − Φw‖² + λ Σ ‖w_j‖. */
  readonly objective: number;
  /** The objective less the best bound from below that the residuals give; the optimum lies between. */
  readonly gap: number;
  /** ‖Xᵀ D_j r‖ / n of each gate, at most λ at the optimum. */
  readonly pulls: Float64Array;
}

/**
 * The duality gap of the group lasso (1/2n) ‖y − Φw‖² + λ Σ_j ‖w_j‖ at residuals r = y − Φw: residuals scaled until ‖Xᵀ D_j r‖ ≤ nλ for every gate are feasible in
 * its dual, max_θ (1/2n) (‖y‖² − ‖y − θ‖²) (Ndiaye et al. 2017, Section 2).
 */
export function gatedGap(
  f: GatedFeatures,
  {
    y,
    residual,
    norms,
    penalty,
  }: {
    readonly y: Float64Array;
    readonly residual: Float64Array;
    /** Σ ‖w_j‖. */
    readonly norms: number;
    readonly penalty: number;
  },
): Gap {
  const n = f.rows;
  const pulls = new Float64Array(f.open.length);
  const column = new Float64Array(f.columns);
  for (let j = 0; j < pulls.length; j++) pulls[j] = norm(adjoint(f, j, residual, 1 / n, column));
  const largest = pulls.reduce((most, value) => Math.max(most, value), 0);
  const objective = dot(residual, residual) / (2 * n) + penalty * norms;
  return {
    objective,
    gap: objective - dualValue(y, residual, largest > 0 ? Math.min(1, penalty / largest) : 1),
    pulls,
  };
}

/** (1/2n) (‖y‖² − ‖y − s r‖²) at the best multiple s of the residuals in [−most, most], most ≤ 1 being what the constraints allow. */
export function dualValue(y: Float64Array, residual: Float64Array, most: number): number {
  const n = y.length;
  const rr = dot(residual, residual);
  if (rr === 0) return 0;
  const yr = dot(y, residual);
  const s = Math.max(-most, Math.min(most, yr / rr));
  return (s * yr - 0.5 * s * s * rr) / n;
}
