import { checkFiniteValues, checkSettings, count, flag, given, having, InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { constant, layoutOf, matmul, relu, type Tensor, type TensorsOf } from '@unbraid/graph';
import { heNormal, type Initializer, type Model, type ParamSpec, param, zeros } from '@unbraid/nn';
import * as z from 'zod';
import { checkMatrix } from './check-data.ts';
import { checkSize } from './gates.ts';
import { openGates, output } from './network.ts';

/** W, k × d: the linear parts of neurons. */
export type HiddenParams = { readonly w: ParamSpec };

/** W, and the output weights A, k × c. */
export type TwinParams = HiddenParams & { readonly a: ParamSpec };

export interface ReluNetworkOptions {
  /** d: entries of an input. */
  readonly inputs: number;
  /** A, k × c: its sizes are those of the network. */
  readonly a: Matrix;
  /** Train A too, from the values given. Default false: A is fixed, as in the GaLU network. */
  readonly trainOutput?: boolean;
  /** How W starts. Default `heNormal`, N(0, 2/d). */
  readonly init?: Initializer;
}

const initSetting = () => having<Initializer>('an initializer such as heNormal', 'fill');
const reluSchema = z.object({
  inputs: count(),
  a: given<Matrix>(),
  trainOutput: flag().default(false),
  init: initSetting().default(heNormal),
});
const galuSchema = z.object({ gates: given<Matrix>(), a: given<Matrix>(), init: initSetting().default(zeros) });

/**
 * The ReLU twin of a GaLU network, f(X) = max(0, X Wᵀ) A: inputs rows × d, outputs rows × c.
 * @throws {InputError} for options that are unknown or can't be, and for A with NaN or infinite entries
 */
export function reluNetwork(options: ReluNetworkOptions & { readonly trainOutput: true }): Model<TwinParams>;
export function reluNetwork(options: ReluNetworkOptions & { readonly trainOutput?: false }): Model<HiddenParams>;
export function reluNetwork(options: ReluNetworkOptions): Model<TwinParams> | Model<HiddenParams> {
  const { inputs, a, trainOutput, init } = checkSettings('galu: reluNetwork', reluSchema, options);
  checkMatrix('galu: A', a);
  const w = hiddenWeights(a.rows, inputs, init);
  const hidden = (x: Tensor, weights: Tensor) => relu(matmul(x, weights, { transposeB: true }));
  if (!trainOutput) {
    return {
      params: { w },
      apply: (p: TensorsOf<HiddenParams>, x: Tensor) => matmul(hidden(x, p.w), matrixConstant(a)),
    };
  }
  const given: Initializer = { fill: (out) => out.set(a.data) };
  return {
    params: { w, a: param([a.rows, a.cols], given) },
    apply: (p: TensorsOf<TwinParams>, x: Tensor) => matmul(hidden(x, p.w), p.a),
  };
}

export interface GaluModelOptions {
  /** U, k × d: fixed */
  readonly gates: Matrix;
  /** A, k × c: fixed */
  readonly a: Matrix;
  /** How W starts. Default zeros: training is convex, so any start leads to the same loss. */
  readonly init?: Initializer;
}

/**
 * The GaLU network ((X Wᵀ) ⊙ G) A for training by gradients, G_ij = 1{u_j·x_i ≥ 0}: inputs rows × d, outputs rows × c.
 * @throws {InputError} for options that are unknown, and unless gates and A have a row for each neuron, all of it finite
 */
export function galuNetwork(options: GaluModelOptions): Model<HiddenParams> {
  const { gates, a, init } = checkSettings('galu: galuNetwork', galuSchema, options);
  checkMatrix('galu: gates', gates);
  checkMatrix('galu: A', a);
  if (gates.rows !== a.rows) {
    throw new InputError(
      'data',
      `galu: there are ${gates.rows} gates and ${a.rows} rows of output weights; both need one a neuron`,
    );
  }
  return {
    params: { w: hiddenWeights(gates.rows, gates.cols, init) },
    apply: (p, x) => output(x, openGates(x, matrixConstant(gates)), p.w, matrixConstant(a)),
  };
}

/**
 * W of either network, k × d, out of its flat parameters. A ReLU neuron is on where w·x ≥ 0, so W of a trained ReLU
 * network is also the matrix of its gates: `createGalu({ gates: hiddenOf(model, params) })` opens where that network does.
 */
export function hiddenOf(model: Pick<Model<HiddenParams>, 'params'>, params: Float32Array): Matrix {
  const [neurons, dimension] = model.params.w.shape as readonly [number, number];
  const { size, leaves } = layoutOf(model.params, 'params');
  if (params.length !== size) {
    throw new InputError('data', `galu: the model has ${size} parameters, ${params.length} values are given`);
  }
  checkFiniteValues('galu: params', params, 'train the model again');
  const { offset } = leaves[Object.keys(model.params).indexOf('w')]!;
  return createMatrix(neurons, dimension, params.slice(offset, offset + neurons * dimension));
}

function hiddenWeights(neurons: number, dimension: number, init: Initializer): ParamSpec {
  checkSize('neurons (k)', neurons);
  checkSize('dimension (d)', dimension);
  return param([neurons, dimension], init, { fanIn: dimension, fanOut: neurons });
}

const matrixConstant = ({ data, rows, cols }: Matrix): Tensor => constant(data, [rows, cols]);
