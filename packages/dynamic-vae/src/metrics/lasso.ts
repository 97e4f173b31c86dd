/** The second moments of centred columns, of which a lasso is told. */
export interface Moments {
  /** XᵀX / rows, [cols, cols]. */
  readonly gram: Float64Array;
  /** Xᵀy / rows, [cols]. */
  readonly cross: Float64Array;
}

const SWEEPS = 10_000;
const TOLERANCE = 1e-12;

/**
 * The lasso (Tibshirani 1996): the w that minimizes ‖y − X w‖² / (2 rows) + alpha ‖w‖₁, by coordinate descent on the moments. Columns are centred, so
 * there is no intercept.
 */
export function lasso({ gram, cross }: Moments, alpha: number): Float64Array {
  const cols = cross.length;
  const w = new Float64Array(cols);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let j = 0; j < cols; j++) {
      const own = gram[j * cols + j]!;
      if (own === 0) continue;
      let rest = cross[j]! + own * w[j]!;
      for (let k = 0; k < cols; k++) rest -= gram[j * cols + k]! * w[k]!;
      const next = (Math.sign(rest) * Math.max(0, Math.abs(rest) - alpha)) / own;
      moved = Math.max(moved, Math.abs(next - w[j]!));
      w[j] = next;
    }
    if (moved <= TOLERANCE) break;
  }
  return w;
}
