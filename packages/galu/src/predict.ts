import { checkFiniteValues, InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { f32, type Runtime, trace } from '@unbraid/graph';
import { blockRows, inBlocks } from './blocks.ts';
import { checkMatrix } from './check-data.ts';
import { formOf } from './form.ts';
import { runOnce } from './run-once.ts';

/** What outputs follow from. */
export interface Weights {
  /** U, k × d */
  readonly gates: Matrix;
  /** W, k × d */
  readonly weights: Matrix;
  /** A, k × c */
  readonly a: Matrix;
  /** b, c; zeros where it is left out */
  readonly intercept?: Float32Array;
}

/**
 * N(X) + b, rows × c, in blocks of rows.
 * @throws {InputError} for inputs of another dimension, and for NaN or infinite entries in inputs, weights or outputs
 */
export async function predictOutputs(network: Weights, x: Matrix, runtime: Runtime): Promise<Matrix> {
  const { gates, weights, a, intercept } = network;
  checkMatrix('galu: X', x);
  checkWeights('galu: the network', network, 'train it again');
  if (x.cols !== gates.cols) {
    throw new InputError('data', `galu: X has ${x.cols} columns, the network was trained on ${gates.cols}`);
  }
  if (x.rows === 0) return createMatrix(0, a.cols);
  const sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols };
  const rows = blockRows(sizes);
  const form = formOf(sizes);
  const matrix = f32(gates.rows, gates.cols);
  const specs = { x: inBlocks(rows, x.cols), u: matrix, w: matrix, a: f32(a.rows, a.cols) };
  const graph = trace(specs, ({ x: blocks, u, w, a: A }) => ({
    n: blocks.map((block) => form.output(block, form.open(block, u), w, A)),
  }));
  const n = createMatrix(x.rows, a.cols);
  await runOnce(graph, runtime, { inputs: { x, u: gates, w: weights, a }, outputs: { n } });
  if (intercept) for (let at = 0; at < n.data.length; at++) n.data[at]! += intercept[at % a.cols]!;
  const place = (at: number) => `row ${Math.floor(at / a.cols)}, column ${at % a.cols} (counted from 0)`;
  checkFiniteValues('galu: N(X)', n.data, 'the inputs are too large for float32: scale them', place);
  return n;
}

/** @throws {InputError} for a network with NaN or infinite entries, naming the array */
export function checkWeights(name: string, { gates, weights, a, intercept }: Weights, advice: string): void {
  for (const [part, data] of [
    ['gates', gates.data],
    ['weights', weights.data],
    ['a', a.data],
    ['intercept', intercept ?? []],
  ] as const) {
    checkFiniteValues(`${name}: ${part}`, data, advice);
  }
}
