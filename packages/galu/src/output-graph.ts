import {
  abs,
  add,
  cast,
  greaterEqual,
  matmul,
  maximum,
  mul,
  neg,
  slice,
  softplus,
  sub,
  type Tensor,
} from '@unbraid/graph';
import { productOf, scaledRows } from './inputs.ts';
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
  return mul(sumOf(outputs), 1 / members);
}

/** The rows, or entries, of one member. */
function partOf(t: Tensor, at: number, members: number): Tensor {
  if (members === 1) return t;
  const size = t.shape[0]! / members;
  return slice(t, [at * size], [(at + 1) * size]);
}

const sumOf = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => add(sum, term));

/** As `averaged` does it: log Σ σ(n) − log Σ σ(−n), with log σ(n) = −softplus(−n). */
const logOddsOfMean = (outputs: readonly Tensor[]): Tensor =>
  sub(logSum(outputs.map((n) => neg(softplus(neg(n))))), logSum(outputs.map((n) => neg(softplus(n)))));

/** log Σ e^t of tensors, entry by entry. */
const logSum = (terms: readonly Tensor[]): Tensor =>
  terms.reduce((sum, term) => add(maximum(sum, term), softplus(neg(abs(sub(sum, term))))));
