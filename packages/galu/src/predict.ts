import { checkFiniteValues, InputError, type MatrixLike } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { compile, f32, trace, useKept } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, inBlocks } from './blocks.ts';
import { formOf } from './form.ts';
import { type RunOptions, runOnce } from './run-once.ts';
import { inputsOf } from './targets.ts';

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

/** Sessions of more rows take memory, and their making is a small part of their work. */
const KEPT_ROWS = 256;

/**
 * N(X) + b, rows × c, in blocks of rows. The session of up to 256 rows is kept for the network's next call.
 * @param network its arrays are read anew in each call
 * @param x rows × d
 * @throws {InputError} for inputs of another dimension, and for NaN or infinite entries in inputs, weights or outputs
 */
export async function predictOutputs(network: Weights, x: MatrixLike, options: RunOptions = {}): Promise<Matrix> {
  const inputs = inputsOf(x);
  checkWeights('galu: the network', network, 'train it again');
  const { gates, a, intercept } = network;
  if (inputs.cols !== gates.cols) {
    throw new InputError('data', `galu: X has ${inputs.cols} columns, the network was trained on ${gates.cols}`);
  }
  const n = createMatrix(inputs.rows, a.cols);
  if (inputs.rows === 0) return n;
  if (inputs.rows <= KEPT_ROWS) await predictKept(network, inputs, n, options);
  else await predictOnce(network, inputs, n, options);
  if (intercept) for (let at = 0; at < n.data.length; at++) n.data[at]! += intercept[at % a.cols]!;
  const place = (at: number) => `row ${Math.floor(at / a.cols)}, column ${at % a.cols} (counted from 0)`;
  checkFiniteValues('galu: N(X)', n.data, 'the inputs are too large for float32: scale them', place);
  return n;
}

async function predictOnce(network: Weights, x: Matrix, n: Matrix, { runtime }: RunOptions): Promise<void> {
  const { gates: u, weights: w, a } = network;
  await runOnce(outputGraph(network, x.rows), runtime ?? (await defaultRuntime()), {
    inputs: { x, u, w, a },
    outputs: { n },
  });
}

async function predictKept(network: Weights, x: Matrix, n: Matrix, { runtime }: RunOptions): Promise<void> {
  const { gates: u, weights: w, a } = network;
  const make = async () =>
    compile(outputGraph({ gates: u, a }, x.rows), runtime ?? (await defaultRuntime()), {
      inputs: { u, w, a },
    });
  const key = `galu outputs of ${x.rows}`;
  await useKept({ owner: network, key, runtime, make }, async ({ inputs, outputs, run }) => {
    inputs.x.float32.set(x.data);
    await run();
    n.data.set(outputs.n.float32);
  });
}

/** N of so many rows. */
function outputGraph({ gates, a }: Pick<Weights, 'gates' | 'a'>, samples: number) {
  const sizes = { samples, dimension: gates.cols, neurons: gates.rows, outputs: a.cols };
  const rows = blockRows(sizes);
  const form = formOf(sizes);
  const matrix = f32(gates.rows, gates.cols);
  const specs = { x: inBlocks(rows, gates.cols), u: matrix, w: matrix, a: f32(a.rows, a.cols) };
  return trace(specs, ({ x: blocks, u, w, a: A }) => ({
    n: blocks.map((block) => form.output(block, form.open(block, u), w, A)),
  }));
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
