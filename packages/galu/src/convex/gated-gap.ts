import { dot } from '../vectors.ts';
import { dualityGap, type Gap, type Standing } from './duality-gap.ts';
import { adjoint, type GatedFeatures } from './gated-features.ts';

/** The duality gap of the group lasso (1/2n) ‖Y − ΦW‖² + λ Σ_j ‖W_j‖: a neuron of gate j can say ‖Xᵀ D_j R‖ about the residuals of all outputs. */
export function gatedGap(f: GatedFeatures, standing: Standing): Gap {
  const column = new Float64Array(f.columns);
  const pullOf = (j: number) => {
    let squares = 0;
    for (let start = 0; start < standing.residual.length; start += f.rows) {
      const rest = standing.residual.subarray(start, start + f.rows) as Float64Array;
      squares += dot(adjoint(f, j, rest, 1 / f.rows, column), column);
    }
    return Math.sqrt(squares);
  };
  return dualityGap(
    standing,
    Float64Array.from(f.open, (_, j) => pullOf(j)),
  );
}
