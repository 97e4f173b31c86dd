import { checkFiniteValues, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from '../check-data.ts';
import { mapInputs } from '../inputs.ts';
import { rowProduct } from '../row-product.ts';
import { norm } from '../vectors.ts';
import { type GatedFeatures, usedOf } from './gated-features.ts';
import type { SignedWeights } from './relu-program.ts';

/** How the program of a network ended. */
export interface ConvexReport {
  /** (1/2n) ‖Y − N(X)‖² + λ Σ_j ‖w_j‖, on the training rows. */
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

/** What networks take and give. */
interface Sides {
  /** d, columns of the rows that it takes. */
  readonly inputs: number;
  /** c */
  readonly outputs: number;
  /** Whether each neuron has a bias: the last column of its matrices then, d + 1. */
  readonly bias: boolean;
}

/** A network of gated ReLU neurons, N(x) = Σ_j 1{u_j·x ≥ 0} (W_j x). */
export interface GatedNetwork extends Sides {
  readonly kind: 'gated';
  /** U, m × d: the gates of the m neurons that aren't 0. */
  readonly gates: Matrix;
  /** W, m × d; with several outputs m × (c · d), the d of one output after those of another. */
  readonly weights: Matrix;
}

/** A two-layer ReLU network, N(x) = Σ_j a_j max(0, v_j·x), each neuron balanced: ‖v_j‖ = ‖a_j‖, as weight decay leaves it. */
export interface ReluNetwork extends Sides {
  readonly kind: 'relu';
  /** V, m × d; as parameters of `reluNetwork({ inputs: d, a: output })` it is a model of `@unbraid/nn`: of rows with a 1 at their end where there are biases. */
  readonly hidden: Matrix;
  /** a, m × c: each neuron is one output's. */
  readonly output: Matrix;
}

/** What to do about weights that aren't finite. */
const LEFT = 'they leave float32: scale X and Y';

/** A network of gated neurons, of those that aren't 0. @param unit what a weight of 1 is in the units of X and y */
export function gatedNetworkOf(
  f: GatedFeatures,
  gates: Matrix,
  { weights, unit, sides }: { readonly weights: readonly Float64Array[]; readonly unit: number; readonly sides: Sides },
): GatedNetwork {
  const used = usedOf(weights);
  const [d, width] = [f.columns, f.columns * sides.outputs];
  const [u, w] = [createMatrix(used.length, d), createMatrix(used.length, width)];
  used.forEach((j, at) => {
    const gate = f.kept[j]! * d;
    u.data.set(gates.data.subarray(gate, gate + d), at * d);
    weights[j]!.forEach((value, t) => {
      w.data[at * width + t] = unit * value;
    });
  });
  checkFiniteValues('galu: the weights', w.data, LEFT);
  return { kind: 'gated', ...sides, gates: u, weights: w };
}

/** A ReLU network of neurons ±max(0, x·v), of each output. @param unit as for gated ones */
export function reluNetworkOf(
  neurons: readonly (readonly SignedWeights[])[],
  d: number,
  unit: number,
  sides: Sides,
): ReluNetwork {
  const all = neurons.flatMap((own, o) => own.map((neuron) => ({ ...neuron, o })));
  const [hidden, output] = [createMatrix(all.length, d), createMatrix(all.length, neurons.length)];
  all.forEach(({ sign, v, o }, at) => {
    const size = Math.sqrt(unit * norm(v));
    v.forEach((value, t) => {
      hidden.data[at * d + t] = (unit * value) / size;
    });
    output.data[at * neurons.length + o] = sign * size;
  });
  checkFiniteValues('galu: the weights', hidden.data, LEFT);
  return { kind: 'relu', ...sides, hidden, output };
}

/**
 * What a network says of rows, summed in double precision.
 * @param x rows × d
 * @returns rows × c
 * @throws {InputError} for rows of another length, NaN and infinities
 */
export function outputsOf(network: GatedNetwork | ReluNetwork, x: MatrixLike): Matrix {
  const given = toMatrix('galu: X', x);
  checkMatrix('galu: X', given);
  const { inputs, outputs: c, bias } = network;
  if (given.cols !== inputs)
    throw new InputError('data', `galu: X has ${given.cols} columns, the network takes ${inputs}; they must agree`);
  const rows = mapInputs({ offset: bias }, given);
  const gates = network.kind === 'gated' ? network.gates : network.hidden;
  const said = network.kind === 'gated' ? byOutput(network.weights, c) : undefined;
  const result = createMatrix(rows.rows, c);
  for (let i = 0; i < rows.rows; i++) {
    const sums = new Float64Array(c);
    for (let j = 0; j < gates.rows; j++) {
      const product = rowProduct(rows, i, gates, j);
      if (!(product >= 0)) continue;
      for (let o = 0; o < c; o++)
        sums[o]! += said
          ? rowProduct(rows, i, said, j * c + o)
          : product * (network as ReluNetwork).output.data[j * c + o]!;
    }
    result.data.set(sums, i * c);
  }
  checkFiniteValues('galu: the outputs', result.data, 'they leave float32: scale X');
  return result;
}

/** Weights as a row for each output of each neuron. */
const byOutput = ({ data, rows, cols }: Matrix, outputs: number): Matrix =>
  createMatrix(rows * outputs, cols / outputs, data);
