import type { Matrix } from '@unbraid/data';
import type { Design } from './design.ts';
import type { Moments } from './moments.ts';
import { type Tiling, tileAt } from './tiles.ts';

/** The normal equations of some rows, (M + λI) w = q for every ridge λ and every system of weights. */
export interface NormalEquations {
  /** M, p × p, in tiles */
  readonly matrix: Float64Array;
  /** q, p, of each system */
  readonly right: readonly Float64Array[];
  /** b, c, for the weights of all systems, one after another. */
  intercept(w: Float64Array): Float64Array;
}

/**
 * M = A Aᵀ ⊙ Σ s z zᵀ, neuron by neuron, and q = Σ_c A_c ⊙ Σ s z y_c. With an intercept z and y are centred, by their means over the rows. Outputs with weights
 * of their own have one M and a q each.
 */
export function normalEquations(
  moments: Moments,
  { a, y, intercept }: Pick<Design, 'a' | 'y' | 'intercept'>,
  tiling: Tiling,
): NormalEquations {
  const { sums, cross, targets, weight } = moments;
  const p = tiling.n;
  const [k, c] = [a.rows, y.cols];
  const d = p / k;
  const own = a.cols !== c;
  const centres = intercept && weight > 0;
  const means = Float64Array.from(targets, (sum) => (centres ? sum / weight : 0));
  const factor = (neuron: number, o: number) => (own ? a.data[neuron]! : a.data[neuron * c + o]!);
  const right = Array.from({ length: own ? c : 1 }, () => new Float64Array(p));
  for (let i = 0; i < p; i++) {
    const neuron = Math.floor(i / d);
    for (let o = 0; o < c; o++) {
      right[own ? o : 0]![i]! += factor(neuron, o) * (cross[i * c + o]! - sums[i]! * means[o]!);
    }
  }
  return {
    matrix: centredGram(moments, a, tiling, centres ? 1 / weight : 0),
    right,
    intercept(w) {
      const b = means.slice();
      if (!centres) return b;
      for (let i = 0; i < p; i++) {
        const neuron = Math.floor(i / d);
        const mean = sums[i]! / weight;
        for (let o = 0; o < c; o++) b[o]! -= factor(neuron, o) * w[own ? o * p + i : i]! * mean;
      }
      return b;
    },
  };
}

function centredGram({ gram, sums }: Moments, a: Matrix, tiling: Tiling, share: number): Float64Array {
  const { n: p, side, count } = tiling;
  const d = p / a.rows;
  const inner = outerProducts(a);
  const neuronOf = Int32Array.from({ length: p }, (_, i) => Math.floor(i / d));
  const out = new Float64Array(tiling.size);
  for (let j = 0; j < count; j++) {
    for (let i = j; i < count; i++) {
      const tile = tileAt(tiling, i, j);
      for (let r = 0; r < side && i * side + r < p; r++) {
        const row = i * side + r;
        const weights = neuronOf[row]! * a.rows;
        const shift = sums[row]! * share;
        const last = Math.min(side, p - j * side);
        for (let q = 0, at = tile + r * side, col = j * side; q < last; q++, at++, col++) {
          out[at] = inner[weights + neuronOf[col]!]! * (gram[at]! - shift * sums[col]!);
        }
      }
    }
  }
  return out;
}

/** A Aᵀ, k × k */
function outerProducts({ data, rows: k, cols: c }: Matrix): Float64Array {
  const inner = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      for (let o = 0; o < c; o++) inner[i * k + j]! += data[i * c + o]! * data[j * c + o]!;
    }
  }
  return inner;
}
