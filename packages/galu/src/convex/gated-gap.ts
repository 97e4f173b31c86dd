import { norm } from '../vectors.ts';
import { dualityGap, type Gap, type Standing } from './duality-gap.ts';
import { adjoint, type GatedFeatures } from './gated-features.ts';

/** The duality gap of the group lasso (1/2n) ‖y − Φw‖² + λ Σ_j ‖w_j‖: a neuron of gate j can say ‖Xᵀ D_j r‖ about the residuals. */
export function gatedGap(f: GatedFeatures, standing: Standing): Gap {
  const column = new Float64Array(f.columns);
  const pulls = Float64Array.from(f.open, (_, j) => norm(adjoint(f, j, standing.residual, 1 / f.rows, column)));
  return dualityGap(standing, pulls);
}
