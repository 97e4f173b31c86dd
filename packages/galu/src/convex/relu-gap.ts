import { norm } from '../vectors.ts';
import { coneOf, lengthInCone } from './cone.ts';
import { dualityGap, type Gap, type Standing } from './duality-gap.ts';
import { adjoint, type GatedFeatures } from './gated-features.ts';

/**
 * The duality gap of min (1/2n) ‖y − Σ_j D_j X (v_j − u_j)‖² + λ Σ (‖v_j‖ + ‖u_j‖), v_j and u_j in K_j (Pilanci and Ergen 2020, Theorem 1): what a neuron can say about the
 * residuals, max_{w ∈ K_j, ‖w‖ ≤ 1} ±rᵀ D_j X w, is the length of the projection of ±Xᵀ D_j r on K_j. `pulls` has both of each gate.
 */
export function reluGap(f: GatedFeatures, standing: Standing): Gap {
  const pulls = new Float64Array(2 * f.open.length);
  f.open.forEach((_, j) => {
    pulls.set(pullsOf(f, j, standing), 2 * j);
  });
  return dualityGap(standing, pulls);
}

/** Of the neuron that is added and of the one that is subtracted; without their cone where a neuron could say no more than λ even so: the length of a projection is at most that. */
function pullsOf(f: GatedFeatures, j: number, { residual, penalty }: Standing): [number, number] {
  const column = adjoint(f, j, residual, 1 / f.rows, new Float64Array(f.columns));
  const length = norm(column);
  if (length <= penalty) return [length, length];
  const cone = coneOf(f, j);
  const opposite = column.map((value) => -value);
  return [lengthInCone(cone, column, penalty), lengthInCone(cone, opposite, penalty)];
}
