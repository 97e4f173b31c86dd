import { createMatrix, type Matrix } from '@unbraid/data';
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
  const matrices = (of: (member: Member) => Matrix): Matrix => {
    const parts = members.map(of);
    const { cols } = parts[0]!;
    const data = joined(parts.map((part) => part.data));
    return createMatrix(data.length / cols, cols, data);
  };
  return {
    gates: matrices(({ gates }) => gates),
    weights: matrices(({ weights }) => weights),
    a: matrices(({ a }) => a),
    intercept: joined(members.map(({ intercept }) => intercept)),
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
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
    let most = Number.NEGATIVE_INFINITY;
    for (let at = first; at < first + cols; at++) most = Math.max(most, data[at]!);
    let sum = 0;
    for (let at = first; at < first + cols; at++) sum += Math.exp(data[at]! - most);
    const level = most + Math.log(sum);
    for (let at = first; at < first + cols; at++) logs.data[at] = data[at]! - level;
  }
  return logs;
}

/** log of the mean of e^value. */
function logOfMean(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum / values.length);
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** log Σ σ(n) − log Σ σ(−n), by logarithms throughout: σ(40) is 1 in float32, and its odds would be infinite. */
const logOddsOfMean = (values: Float64Array): number => logSum(values, 1) - logSum(values, -1);

/** log Σ σ(sign · n) */
function logSum(values: Float64Array, sign: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, logSigmoid(sign * value));
  let sum = 0;
  for (const value of values) sum += Math.exp(logSigmoid(sign * value) - most);
  return most + Math.log(sum);
}

const logSigmoid = (n: number): number => Math.min(n, 0) - Math.log1p(Math.exp(-Math.abs(n)));
