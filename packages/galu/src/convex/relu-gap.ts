import { coneOf, lengthInCone } from './cone.ts';
import { adjoint, dot, type GatedFeatures, norm } from './gated-features.ts';
import { dualValue } from './gated-gap.ts';

/** How far from the optimum of the program of ReLU networks with these gates. */
export interface ReluGap {
  readonly objective: number;
  readonly gap: number;
  /** How much a neuron of each gate, of either sign, could say about the residuals: at most λ at the optimum. */
  readonly pulls: Float64Array;
}

/**
 * The duality gap of min (1/2n) ‖y − Σ_j D_j X (v_j − u_j)‖² + λ Σ (‖v_j‖ + ‖u_j‖), v_j and u_j in K_j, at residuals r: scaled until max_{w ∈ K_j, ‖w‖ ≤ 1} |rᵀ D_j X w| ≤ nλ
 * for every gate they are feasible in its dual (Pilanci and Ergen 2020, Theorem 1). That maximum is the length of the projection of Xᵀ D_j r on K_j.
 */
export function reluGap(
  f: GatedFeatures,
  {
    y,
    residual,
    norms,
    penalty,
  }: {
    readonly y: Float64Array;
    readonly residual: Float64Array;
    /** Σ (‖v_j‖ + ‖u_j‖). */
    readonly norms: number;
    readonly penalty: number;
  },
): ReluGap {
  const pulls = Float64Array.from(f.open, (_, j) => pullOf(f, j, residual, penalty));
  const largest = pulls.reduce((most, value) => Math.max(most, value), 0);
  const objective = dot(residual, residual) / (2 * f.rows) + penalty * norms;
  return {
    objective,
    gap: objective - dualValue(y, residual, largest > 0 ? Math.min(1, penalty / largest) : 1),
    pulls,
  };
}

/** Without its cone where a neuron could say no more than λ even so: the length of a projection is at most that. */
function pullOf(f: GatedFeatures, j: number, residual: Float64Array, penalty: number): number {
  const column = adjoint(f, j, residual, 1 / f.rows, new Float64Array(f.columns));
  const length = norm(column);
  if (length <= penalty) return length;
  const cone = coneOf(f, j);
  const opposite = column.map((value) => -value);
  return Math.max(lengthInCone(cone, column), lengthInCone(cone, opposite));
}
