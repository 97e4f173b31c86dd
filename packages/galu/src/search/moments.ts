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
  const d = x.cols;
  const c = y.cols;
  const p = gates.rows * d;
  const into = emptyMoments(p * p, p, c);
  const open = new Int32Array(gates.rows);
  for (const i of rows) {
    const s = weights ? weights[i]! : 1;
    const count = openNeurons(x, i, gates, open);
    into.weight += s;
    for (let o = 0; o < c; o++) into.targets[o]! += s * y.data[i * c + o]!;
    for (let a = 0; a < count; a++) {
      for (let t = 0; t < d; t++) {
        const row = open[a]! * d + t;
        const value = s * x.data[i * d + t]!;
        if (value === 0) continue;
        into.sums[row]! += value;
        for (let o = 0; o < c; o++) into.cross[row * c + o]! += value * y.data[i * c + o]!;
        for (let b = 0; b <= a; b++) {
          for (let u = 0, at = row * p + open[b]! * d, from = i * d; u < d; u++)
            into.gram[at + u]! += value * x.data[from + u]!;
        }
      }
    }
  }
  mirror(into.gram, p);
  return into;
}

function mirror(m: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) m[j * n + i] = m[i * n + j]!;
}
