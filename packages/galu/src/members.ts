import { createMatrix, type Matrix } from '@unbraid/data';
import { below, joined } from './below.ts';
import { logSigmoid, logSumExp } from './logarithms.ts';
import type { Loss } from './targets.ts';
import type { Weights } from './weights.ts';

/** One network of those that are averaged: gates, weights, A and intercept of its own. */
export interface Member {
  readonly gates: Matrix;
  readonly weights: Matrix;
  readonly a: Matrix;
  readonly intercept: Float32Array;
}

const cut = ({ data, rows, cols }: Matrix, at: number, count: number): Matrix => {
  const [size, part] = [(rows / count) * cols, rows / count];
  return createMatrix(part, cols, data.subarray(at * size, (at + 1) * size));
};

const views = new WeakMap<object, readonly Weights[]>();

/** The members of a network, as views of its arrays: the network itself where it has one. The same objects in each call, since sessions are kept by them. */
export function membersOf(network: Weights): readonly Weights[] {
  const { members = 1, gates, weights, a, intercept } = network;
  if (members === 1) return [network];
  const kept = views.get(network);
  if (kept) return kept;
  const made = Array.from({ length: members }, (_, at) => ({
    gates: cut(gates, at, members),
    weights: cut(weights, at, members),
    a: cut(a, at, members),
    ...(intercept && { intercept: intercept.subarray(at * a.cols, (at + 1) * a.cols) }),
  }));
  views.set(network, made);
  return made;
}

/** Members one below the other, as a network keeps them. */
export function stacked(members: readonly Member[]): Member {
  if (members.length === 1) return members[0]!;
  return {
    gates: below(members.map(({ gates }) => gates)),
    weights: below(members.map(({ weights }) => weights)),
    a: below(members.map(({ a }) => a)),
    intercept: joined(members.map(({ intercept }) => intercept)),
  };
}

/**
 * The outputs of members as those of one network: their mean, or with the logistic and the softmax loss, whose outputs are log odds and logarithms of
 * probabilities, those of the mean probability.
 */
export function averaged(outputs: readonly Matrix[], loss: Loss | undefined): Matrix {
  const first = outputs[0]!;
  if (outputs.length === 1) return first;
  if (loss === 'logistic') return entrywise(outputs, logOddsOfMean);
  if (loss === 'softmax') return entrywise(outputs.map(logProbabilities), logOfMean);
  return entrywise(outputs, mean);
}

function entrywise(outputs: readonly Matrix[], combine: (values: Float64Array) => number): Matrix {
  const { rows, cols } = outputs[0]!;
  const values = new Float64Array(outputs.length);
  const data = new Float32Array(rows * cols);
  for (let at = 0; at < data.length; at++) {
    for (let m = 0; m < outputs.length; m++) values[m] = outputs[m]!.data[at]!;
    data[at] = combine(values);
  }
  return createMatrix(rows, cols, data);
}

/** log softmax of each row. */
function logProbabilities({ data, rows, cols }: Matrix): Matrix {
  const logs = createMatrix(rows, cols);
  for (let first = 0; first < data.length; first += cols) {
    const level = logSumExp(data, first, first + cols);
    for (let at = first; at < first + cols; at++) logs.data[at] = data[at]! - level;
  }
  return logs;
}

/** log of the mean of e^value. */
const logOfMean = (values: Float64Array): number => logSumExp(values) - Math.log(values.length);

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** log Σ σ(n) − log Σ σ(−n), by logarithms throughout: σ(40) is 1 in float32, and its odds would be infinite. */
const logOddsOfMean = (values: Float64Array): number =>
  logSumExp(values.map(logSigmoid)) - logSumExp(values.map((n) => logSigmoid(-n)));
