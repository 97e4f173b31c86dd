import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { GatedFeatures } from './gated-features.ts';
import { addSquares, allRows, mirror } from './square-matrices.ts';

/** Columns up to which axes are looked for: it takes d³. */
const MOST_COLUMNS = 512;

/** Rows in coordinates along which they have nothing to do with one another. Lengths of weights are the same in them. */
export interface Turned {
  /** X V, n × d. */
  readonly x: Float64Array;
  /** Vᵀ w of d weights. */
  readonly there: (w: Float64Array) => Float64Array;
  /** V w. */
  readonly back: (w: Float64Array) => Float64Array;
}

/**
 * X turned to its principal axes, XᵀX = V Λ Vᵀ. What a gate leaves of XᵀX is nearly diagonal then, so that its diagonal preconditions well, however much columns of X have in common. X itself where it has
 * too many columns.
 */
export function principalAxes({ x, rows, columns: d }: Pick<GatedFeatures, 'x' | 'rows' | 'columns'>): Turned {
  if (d > MOST_COLUMNS) return { x, there: (w) => w.slice(), back: (w) => w.slice() };
  const gram = new Float64Array(d * d);
  addSquares(gram, { x, rows: allRows(rows), weights: new Float64Array(rows).fill(1 / rows) });
  mirror(gram, d);
  const { eigenvectorMatrix } = new EigenvalueDecomposition(MlMatrix.from1DArray(d, d, gram), {
    assumeSymmetric: true,
  });
  const axes = Float64Array.from({ length: d * d }, (_, at) => eigenvectorMatrix.get(at % d, Math.floor(at / d)));
  const turned = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) turned.set(along(axes, x.subarray(i * d, (i + 1) * d)), i * d);
  return { x: turned, there: (w) => along(axes, w), back: (w) => combined(axes, w) };
}

/** Its part along each axis; axes are rows. */
function along(axes: Float64Array, w: Float64Array): Float64Array {
  const d = w.length;
  const parts = new Float64Array(d);
  for (let s = 0; s < d; s++) {
    let sum = 0;
    for (let t = 0, at = s * d; t < d; t++, at++) sum += axes[at]! * w[t]!;
    parts[s] = sum;
  }
  return parts;
}

function combined(axes: Float64Array, parts: Float64Array): Float64Array {
  const d = parts.length;
  const w = new Float64Array(d);
  for (let s = 0; s < d; s++) {
    const part = parts[s]!;
    for (let t = 0, at = s * d; t < d; t++, at++) w[t]! += part * axes[at]!;
  }
  return w;
}
