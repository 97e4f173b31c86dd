import type { Matrix } from '@unbraid/data';
import { addScaled } from '../vectors.ts';

// With gated inputs z_i = g_i ⊗ x_i ∈ R^p, p = k·d, outputs are N_ic = Σ_jt A_jc z_ijt w_jt, whatever their number. So the normal equations
// of every ridge, every choice of output weights and every set of training rows follow from few sums over rows: those of z zᵀ, z, z yᵀ, y and 1.

/** Sums over some rows, each times its weight s. */
export interface Moments {
  /** Σ s z zᵀ, p × p, in tiles as `tiles.ts` says */
  readonly gram: Float64Array;
  /** Σ s z, p */
  readonly sums: Float64Array;
  /** Σ s z yᵀ, p × c */
  readonly cross: Float64Array;
  /** Σ s y, c */
  readonly targets: Float64Array;
  /** Σ s */
  weight: number;
}

/** What moments are taken of. */
export interface GatedRows {
  /** m × d */
  readonly x: Matrix;
  /** m × c */
  readonly y: Matrix;
  /** k × d */
  readonly gates: Matrix;
  /** s, m: how much each row counts; all 1 by default */
  readonly weights?: Float64Array | undefined;
}

export const emptyMoments = (gram: number, p: number, outputs: number): Moments => ({
  gram: new Float64Array(gram),
  sums: new Float64Array(p),
  cross: new Float64Array(p * outputs),
  targets: new Float64Array(outputs),
  weight: 0,
});

/** `into` += sign · `moments` */
export function addMoments(into: Moments, moments: Moments, sign: 1 | -1): void {
  for (const part of ['gram', 'sums', 'cross', 'targets'] as const) addScaled(sign, moments[part], into[part]);
  into.weight += sign * moments.weight;
}

/** Which neurons are open for a row: their numbers are written to `open`, and how many there are is returned. */
export function openNeurons({ data: x, cols: d }: Matrix, row: number, gates: Matrix, open: Int32Array): number {
  let count = 0;
  for (let j = 0; j < gates.rows; j++) {
    let along = 0;
    for (let t = 0, u = j * d, at = row * d; t < d; t++) along += gates.data[u + t]! * x[at + t]!;
    if (along >= 0) open[count++] = j;
  }
  return count;
}

/**
 * Moments of lists of rows, in plain loops over pairs of open neurons; the Gram matrix is whole, p × p, as a single tile. For small problems, where compiling
 * a graph takes longer.
 */
export function plainMoments(given: GatedRows, lists: readonly Int32Array[]): Moments[] {
  return lists.map((rows) => momentsOfRows(given, rows));
}

function momentsOfRows({ x, y, gates, weights }: GatedRows, rows: Int32Array): Moments {
  const [d, c, k] = [x.cols, y.cols, gates.rows];
  const p = k * d;
  const into = emptyMoments(p * p, p, c);
  const open = new Int32Array(k);
  // A pair of neurons that are both open adds x xᵀ, which is symmetric: its lower triangle is summed, of each pair in one piece.
  const size = (d * (d + 1)) / 2;
  const blocks = new Float64Array(((k * (k + 1)) / 2) * size);
  const products = new Float64Array(size);
  for (const i of rows) {
    const s = weights ? weights[i]! : 1;
    const inputs = x.data.subarray(i * d, (i + 1) * d);
    const count = openNeurons(x, i, gates, open);
    into.weight += s;
    for (let o = 0; o < c; o++) into.targets[o]! += s * y.data[i * c + o]!;
    for (let t = 0, at = 0; t < d; t++) {
      const value = s * inputs[t]!;
      for (let u = 0; u <= t; u++) products[at++] = value * inputs[u]!;
    }
    for (let a = 0; a < count; a++) {
      const neuron = open[a]!;
      for (let t = 0, row = neuron * d; t < d; t++, row++) {
        const value = s * inputs[t]!;
        into.sums[row]! += value;
        for (let o = 0; o < c; o++) into.cross[row * c + o]! += value * y.data[i * c + o]!;
      }
      const first = (neuron * (neuron + 1)) / 2;
      for (let b = 0; b <= a; b++) addTo(blocks, (first + open[b]!) * size, products);
    }
  }
  spreadBlocks(blocks, into.gram, k, d);
  return into;
}

function addTo(into: Float64Array, start: number, values: Float64Array): void {
  for (let t = 0, at = start; t < values.length; t++, at++) into[at]! += values[t]!;
}

/** From triangles of pairs of neurons to the whole matrix. */
function spreadBlocks(blocks: Float64Array, gram: Float64Array, k: number, d: number): void {
  const p = k * d;
  for (let a = 0, from = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      for (let t = 0; t < d; t++) {
        for (let u = 0; u <= t; u++, from++) {
          const value = blocks[from]!;
          const [one, other] = [a * d + t, b * d + u];
          const [turned, across] = [a * d + u, b * d + t];
          gram[one * p + other] = value;
          gram[other * p + one] = value;
          gram[turned * p + across] = value;
          gram[across * p + turned] = value;
        }
      }
    }
  }
}
