import { createMatrix, type Matrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { below } from './below.ts';
import { chooseGates, type GateContext, neuronsOf } from './gates/choose.ts';
import { isGiven } from './gates/kinds.ts';
import { outputWeights } from './gates.ts';
import type { CheckedSettings } from './settings.ts';

/** What of a network is drawn before training. */
export interface Drawn {
  /** U, k × d: of neurons that are drawn, and then of those that are always open */
  readonly gates: Matrix;
  /** A, k × c; k × 1 where each output has weights of its own */
  readonly a: Matrix;
}

/** What a network is drawn for. */
export interface DrawContext extends Omit<GateContext, 'neurons' | 'random'> {
  /** Which of several members; the first is the network that there would be without others. */
  readonly member: number;
}

/**
 * Gates and output weights of a network. A gate of zeros is open for every row, 1{0 ≥ 0} = 1: with `linear` there is such a neuron for each output, with 1 as its
 * output weight, which are the linear model, and its ridge.
 * @throws {InputError} as `chooseGates`
 */
export async function drawNetwork(
  {
    seed,
    neurons,
    gates,
    linear,
    separate,
  }: Pick<CheckedSettings, 'seed' | 'neurons' | 'gates' | 'linear' | 'separate'>,
  { member, ...context }: DrawContext,
): Promise<Drawn> {
  const root = createRandom(seed);
  const random = member === 0 ? root : root.split('member').split(member);
  const { z, y } = context;
  const columns = separate ? 1 : y.cols;
  const open = linear ? identity(columns) : createMatrix(0, columns, new Float32Array(0));
  const zeros = createMatrix(open.rows, z.cols, new Float32Array(open.rows * z.cols));
  if (linear && neurons === 0 && !isGiven(gates)) return { gates: zeros, a: open };
  const drawn = await chooseGates(gates, { ...context, neurons, random: random.split('gates') });
  const a = outputWeights(drawn.rows, columns, random.split('output weights'));
  return open.rows === 0 ? { gates: drawn, a } : { gates: below([drawn, zeros]), a: below([a, open]) };
}

/** The same as a network in which each neuron speaks for one output, where outputs have weights of their own: k·c neurons, output after output. */
export function spreadOut({ gates, a }: Drawn, outputs: number): Drawn {
  if (a.cols === outputs) return { gates, a };
  const [k, c] = [gates.rows, outputs];
  const spread = createMatrix(k * c, c, new Float32Array(k * c * c));
  const all = createMatrix(k * c, gates.cols, new Float32Array(c * gates.data.length));
  for (let o = 0; o < c; o++) {
    all.data.set(gates.data, o * gates.data.length);
    for (let j = 0; j < k; j++) spread.data[(o * k + j) * c + o] = a.data[j]!;
  }
  return { gates: all, a: spread };
}

/** k of the network that is trained. @throws {InputError} as `neuronsOf` */
export function neuronsIn(
  { neurons, gates, linear, separate }: Pick<CheckedSettings, 'neurons' | 'gates' | 'linear' | 'separate'>,
  outputs: number,
): number {
  const drawn = neuronsOf(gates, neurons);
  return separate ? outputs * (drawn + Number(linear)) : drawn + (linear ? outputs : 0);
}

function identity(n: number): Matrix {
  const eye = createMatrix(n, n, new Float32Array(n * n));
  for (let i = 0; i < n; i++) eye.data[i * n + i] = 1;
  return eye;
}
