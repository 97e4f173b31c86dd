import { checkFiniteValues, InputError, type MatrixLike } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { compile, f32, trace, useKept } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, inBlocks } from './blocks.ts';
import { formOf } from './form.ts';
import { inputColumns, mapInputs } from './inputs.ts';
import { averaged, membersOf } from './members.ts';
import { type RunOptions, runOnce } from './run-once.ts';
import { inputsOf } from './targets.ts';
import { checkWeights, type Weights } from './weights.ts';

/** Sessions of more rows take memory, and their making is a small part of their work. */
const KEPT_ROWS = 256;

/**
 * N(X) + b, rows × c, in blocks of rows; of several members their average. The session of up to 256 rows is kept for the network's next call.
 * @param network its arrays are read anew in each call
 * @param x rows × d
 * @throws {InputError} for inputs of another dimension, and for NaN or infinite entries in inputs, weights or outputs
 */
export async function predictOutputs(network: Weights, x: MatrixLike, options: RunOptions = {}): Promise<Matrix> {
  const inputs = inputsOf(x);
  checkWeights('galu: the network', network, 'train it again');
  const columns = inputColumns(network);
  if (inputs.cols !== columns) {
    throw new InputError('data', `galu: X has ${inputs.cols} columns, the network was trained on ${columns}`);
  }
  return outputsFor(network, inputs, options);
}

/** What tells blocks of many rows from rows that are all there are. */
interface BlockOptions extends RunOptions {
  /** Keep the session whatever the number of rows. */
  readonly keep?: boolean;
  /** The place of the first row, for messages. */
  readonly firstRow?: number;
}

/** The same for rows and weights that were checked. */
export async function outputsFor(network: Weights, x: Matrix, options: BlockOptions): Promise<Matrix> {
  const mapped = mapInputs(network, x);
  const outputs: Matrix[] = [];
  for (const member of membersOf(network)) outputs.push(await outputsOfMember(member, mapped, options));
  return averaged(outputs, network.loss);
}

async function outputsOfMember(member: Weights, x: Matrix, options: BlockOptions): Promise<Matrix> {
  const { keep = false, firstRow = 0 } = options;
  const { a, intercept } = member;
  const n = createMatrix(x.rows, a.cols);
  if (x.rows === 0) return n;
  if (keep || x.rows <= KEPT_ROWS) await predictKept(member, x, n, options);
  else await predictOnce(member, x, n, options);
  if (intercept) for (let at = 0; at < n.data.length; at++) n.data[at]! += intercept[at % a.cols]!;
  const place = (at: number) => `row ${firstRow + Math.floor(at / a.cols)}, column ${at % a.cols} (counted from 0)`;
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
