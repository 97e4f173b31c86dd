import { checkFiniteValues, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from '../check-data.ts';
import { rowProduct } from '../row-product.ts';
import { norm } from '../vectors.ts';
import { type GatedFeatures, usedOf } from './gated-features.ts';
import type { SignedWeights } from './relu-program.ts';

/** How the program of a network ended. */
export interface ConvexReport {
  /** (1/2n) ‖y − N(X)‖² + λ Σ_j ‖w_j‖, on the training rows. */
  readonly objective: number;
  /** How far above the optimum the objective can be, at most: of all networks whose neurons have the patterns of these gates. */
  readonly gap: number;
  /** Whether the gap is as small as was asked for. */
  readonly converged: boolean;
  readonly iterations: number;
  /** Different patterns of the gates on the training rows. */
  readonly patterns: number;
  /** Gates that have no place in the program: a row of X that isn't 0 lies exactly on them. Always 0 for gated neurons. */
  readonly skipped: number;
}

/** A network of gated ReLU neurons, N(x) = Σ_j 1{u_j·x ≥ 0} (w_j·x). */
export interface GatedNetwork {
  readonly kind: 'gated';
  /** U, m × d: the gates of the m neurons that aren't 0. */
  readonly gates: Matrix;
  /** W, m × d. */
  readonly weights: Matrix;
}

/** A two-layer ReLU network, N(x) = Σ_j a_j max(0, v_j·x), each neuron balanced: ‖v_j‖ = |a_j|, as weight decay leaves it. */
export interface ReluNetwork {
  readonly kind: 'relu';
  /** V, m × d; as parameters of `reluNetwork({ inputs: d, a: output })` it is a model of `@unbraid/nn`. */
  readonly hidden: Matrix;
  /** a, m × 1. */
  readonly output: Matrix;
}

/** What to do about weights that aren't finite. */
const LEFT = 'they leave float32: scale X and Y';

/** A network of gated neurons, of those that aren't 0. @param unit what a weight of 1 is in the units of X and y */
export function gatedNetworkOf(
  f: GatedFeatures,
  gates: Matrix,
  weights: readonly Float64Array[],
  unit: number,
): GatedNetwork {
  const used = usedOf(weights);
  const d = f.columns;
  const [u, w] = [createMatrix(used.length, d), createMatrix(used.length, d)];
  used.forEach((j, at) => {
    const gate = f.kept[j]! * d;
    u.data.set(gates.data.subarray(gate, gate + d), at * d);
    weights[j]!.forEach((value, t) => {
      w.data[at * d + t] = unit * value;
    });
  });
  checkFiniteValues('galu: the weights', w.data, LEFT);
  return { kind: 'gated', gates: u, weights: w };
}

/** A ReLU network of neurons ±max(0, x·v). @param unit as for gated ones */
export function reluNetworkOf(neurons: readonly SignedWeights[], d: number, unit: number): ReluNetwork {
  const [hidden, output] = [createMatrix(neurons.length, d), createMatrix(neurons.length, 1)];
  neurons.forEach(({ sign, v }, at) => {
    const size = Math.sqrt(unit * norm(v));
    v.forEach((value, t) => {
      hidden.data[at * d + t] = (unit * value) / size;
    });
    output.data[at] = sign * size;
  });
  checkFiniteValues('galu: the weights', hidden.data, LEFT);
  return { kind: 'relu', hidden, output };
}

/**
 * What a network says of rows, summed in double precision.
 * @param x rows × d
 * @returns rows × 1
 * @throws {InputError} for rows of another length, NaN and infinities
 */
export function outputsOf(network: GatedNetwork | ReluNetwork, x: MatrixLike): Matrix {
  const rows = toMatrix('galu: X', x);
  checkMatrix('galu: X', rows);
  const gates = network.kind === 'gated' ? network.gates : network.hidden;
  if (rows.cols !== gates.cols)
    throw new InputError('data', `galu: X has ${rows.cols} columns, the network takes ${gates.cols}; they must agree`);
  const result = createMatrix(rows.rows, 1);
  for (let i = 0; i < rows.rows; i++) {
    let sum = 0;
    for (let j = 0; j < gates.rows; j++) {
      const product = rowProduct(rows, i, gates, j);
      if (!(product >= 0)) continue;
      sum += network.kind === 'gated' ? rowProduct(rows, i, network.weights, j) : product * network.output.data[j]!;
    }
    result.data[i] = sum;
  }
  checkFiniteValues('galu: the outputs', result.data, 'they leave float32: scale X');
  return result;
}
