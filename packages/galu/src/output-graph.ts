import {
  abs,
  add,
  cast,
  concat,
  greaterEqual,
  logSoftmax,
  matmul,
  maximum,
  mul,
  neg,
  sigmoid,
  slice,
  softmax,
  softplus,
  sub,
  type Tensor,
} from '@unbraid/graph';
import { productOf, scaledRows } from './inputs.ts';
import { sumOf } from './network.ts';
import { checkProbable, type Probable } from './probabilities.ts';
import type { Weights } from './weights.ts';

/** The arrays of a network as tensors of a graph. */
export interface NetworkTensors {
  readonly gates: Tensor;
  readonly weights: Tensor;
  readonly a: Tensor;
  readonly intercept: Tensor;
  /** Of a network with a scaling, in float64. */
  readonly mean?: Tensor;
  readonly scale?: Tensor;
}

/** N(X) + b as one graph, for export: rows are scaled and members averaged in it, as `predictOutputs` does. */
export function outputOf(network: Weights, x: Tensor, tensors: NetworkTensors): Tensor {
  const { offset = false, members = 1, loss } = network;
  const { mean, scale } = tensors;
  const z = mean && scale ? scaledRows(x, mean, scale) : x;
  const outputs = Array.from({ length: members }, (_, at) => {
    const part = (t: Tensor) => partOf(t, at, members);
    const [gates, weights, a] = [part(tensors.gates), part(tensors.weights), part(tensors.a)];
    const open = cast(greaterEqual(productOf(z, gates, offset), 0), 'float32');
    return add(matmul(mul(open, productOf(z, weights, offset)), a), part(tensors.intercept));
  });
  if (members === 1) return outputs[0]!;
  if (loss === 'logistic') return logOddsOfMean(outputs);
  if (loss === 'softmax') return sub(logSum(outputs.map((n) => logSoftmax(n, 1))), Math.log(members));
  return mul(sumOf(outputs), 1 / members);
}

/**
 * Probabilities from outputs, as `probabilitiesOf` gives them.
 * @throws {InputError} for a loss that has none
 */
export function probabilityOf(n: Tensor, given: Probable): Tensor {
  checkProbable(given);
  const isSingle = n.shape[1] === 1;
  if (given.task.kind === 'multilabel') return sigmoid(n);
  if (isSingle) return concat([sigmoid(neg(n)), sigmoid(n)], 1);
  return softmax(given.loss === 'softmax' ? n : neg(softplus(neg(n))), 1);
}

/** The rows, or entries, of one member. */
function partOf(t: Tensor, at: number, members: number): Tensor {
  if (members === 1) return t;
  const size = t.shape[0]! / members;
  return slice(t, [at * size], [(at + 1) * size]);
}

/** As `averaged` does it: log Σ σ(n) − log Σ σ(−n), with log σ(n) = −softplus(−n). */
const logOddsOfMean = (outputs: readonly Tensor[]): Tensor =>
  sub(logSum(outputs.map((n) => neg(softplus(neg(n))))), logSum(outputs.map((n) => neg(softplus(n)))));

/** log Σ e^t of tensors, entry by entry. */
const logSum = (terms: readonly Tensor[]): Tensor =>
  terms.reduce((sum, term) => add(maximum(sum, term), softplus(neg(abs(sub(sum, term))))));
