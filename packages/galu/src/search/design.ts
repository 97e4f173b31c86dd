import type { Matrix } from '@unbraid/data';

/** A least squares problem on a GaLU network, before rows are left out and a ridge is chosen. */
export interface Design {
  /** m × d, as gates see them */
  readonly x: Matrix;
  /** m × c */
  readonly y: Matrix;
  /** k × d */
  readonly gates: Matrix;
  /** A, k × c; or k × 1, where each output has weights W of its own */
  readonly a: Matrix;
  readonly intercept: boolean;
  /** s ≥ 0, m: how much each row counts; 1 by default */
  readonly weights?: Float64Array | undefined;
}

/** Systems of weights: one, or with weights of their own one for each output. */
export const systemsOf = ({ a, y }: Pick<Design, 'a' | 'y'>): number => (a.cols === y.cols ? 1 : y.cols);

/** Of one ridge. */
export interface PathSolution {
  /** W, k × d, of each system, one after another */
  readonly weights: Float64Array;
  /** b, c */
  readonly intercept: Float64Array;
}

/**
 * What W contributes to each output: V, p × c with p = k·d, so that outputs of gated inputs z are zᵀV + b.
 * @param into p rows of `stride` numbers, of which those from `at` on are written
 */
export function writeOutputs(w: Float64Array, { a, y }: Design, into: Float64Array, stride: number, at: number): void {
  const c = y.cols;
  const own = a.cols !== c;
  const p = own ? w.length / c : w.length;
  const d = p / a.rows;
  for (let i = 0; i < p; i++) {
    const neuron = Math.floor(i / d);
    for (let o = 0; o < c; o++) {
      into[i * stride + at + o] = own ? a.data[neuron]! * w[o * p + i]! : a.data[neuron * c + o]! * w[i]!;
    }
  }
}
