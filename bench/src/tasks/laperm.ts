import { loadMnist, readSafetensors, requireTensor, type SafeTensor, writeSafetensors } from '@unbraid/data';
import { layoutOf, leavesOf } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { agnosticize } from '@unbraid/laperm';
import {
  type AnyModel,
  activation,
  conv2d,
  dense,
  dropout,
  flatten,
  heUniform,
  initialize,
  sequential,
  unflatten,
} from '@unbraid/nn';
import type { Binding } from '../own-binding.ts';

/** Weight vectors to synchronize. */
export interface SyncTask {
  /** A safetensors file: `start` and `trained`, vectors x length. */
  readonly file: string;
  readonly threads: number;
}

/** Writes vectors of He-uniform weights, and others that training might have made of them. */
export async function writeSyncTask(
  file: string,
  { vectors, length }: { readonly vectors: number; readonly length: number },
  seed: number,
): Promise<void> {
  const random = createRandom(seed);
  const bound = Math.sqrt(6 / length);
  const start = random.split('start').uniform(new Float32Array(vectors * length), -bound, bound);
  const moves = random.split('moves').normal(new Float32Array(start.length), 0, bound / 4);
  const tensor = (data: Float32Array): SafeTensor<'F32'> => ({ dtype: 'F32', shape: [vectors, length], data });
  await writeSafetensors(file, { start: tensor(start), trained: tensor(moves.map((move, i) => start[i]! + move)) });
}

/** A network to train by LaPerm, as every side does it. */
export interface TrainTask {
  /** A safetensors file as `writeTrainTask` makes it. */
  readonly file: string;
  readonly network: keyof typeof networks;
  readonly batch: number;
  /** Of the run that is timed. */
  readonly steps: number;
  /** Steps from one synchronization to the next. */
  readonly period: number;
  /** Times the sum of squared weights of all layers but the last, added to the loss. */
  readonly l2: number;
  readonly learningRate: number;
  /** Steps on the first batch, without dropout and synchronized after every second, whose losses are reported. */
  readonly checkedSteps: number;
  readonly threads: number;
  /** Our side's. */
  readonly binding?: Binding;
}

/** Networks with dropout of a rate. Sides in Python have them a second time. */
export const networks = { F2: f2, Conv7: conv7 } as const;

function f2(): AnyModel {
  const linear = (inputs: number, outputs: number) => dense(inputs, outputs, { bias: false, init: heUniform });
  return sequential([linear(784, 128), activation('relu'), linear(128, 64), activation('relu'), linear(64, 10)]);
}

function conv7(rate: number): AnyModel {
  const convolution = (channels: number, filters: number, kernel: number, stride = 1) => [
    conv2d({ channels, filters, kernel, stride, padding: stride === 1 ? 'valid' : 'same', init: heUniform }),
    activation('relu'),
  ];
  return sequential([
    unflatten([1, 28, 28]),
    ...convolution(1, 32, 3),
    ...convolution(32, 32, 3),
    ...convolution(32, 32, 5, 2),
    dropout(rate),
    ...convolution(32, 64, 3),
    ...convolution(64, 64, 3),
    ...convolution(64, 64, 5, 2),
    dropout(rate),
    ...convolution(64, 128, 4),
    flatten(),
    dropout(rate),
    dense(128, 10, { init: heUniform }),
  ]);
}

/**
 * Writes images, labels, and two sets of first weights: `start.PATH` to time, which are 0 or 0.03 for F2, and
 * `check.PATH`, He-uniform. Equal weights move alike and tie, so that rounding decides their ranks; different ones don't.
 */
export async function writeTrainTask(
  file: string,
  network: TrainTask['network'],
  images: number,
  seed: number,
): Promise<void> {
  const random = createRandom(seed);
  const { train } = await loadMnist({ trainLimit: images, testLimit: 1 });
  const model = networks[network](0);
  const check = initialize(model, random.split('weights'));
  const share = { value: 0.03, keep: [1 / 15, 1 / 7, 1 / 3], seed: random.split('masks') };
  const start = network === 'F2' ? agnosticize(model, check, share) : check;
  await writeSafetensors(file, {
    x: { dtype: 'F32', shape: [train.images.rows, train.images.cols], data: train.images.data },
    labels: { dtype: 'I32', shape: [train.labels.length], data: train.labels },
    ...tensorsOf('start', model, start),
    ...tensorsOf('check', model, check),
  });
}

function tensorsOf(name: string, model: AnyModel, params: Float32Array): Record<string, SafeTensor<'F32'>> {
  const { leaves } = layoutOf(model.params, 'params');
  const entries = leaves.map(({ path, shape, offset, size }) => [
    `${name}.${path}`,
    { dtype: 'F32' as const, shape, data: params.slice(offset, offset + size) },
  ]);
  return Object.fromEntries(entries);
}

/** What `writeTrainTask` wrote, with the weights flat. */
export async function readTrainTask({ file, network }: Pick<TrainTask, 'file' | 'network'>) {
  const content = await readSafetensors(file);
  const x = requireTensor(content, 'x', 'F32');
  const flat = (name: string): Float32Array => {
    const parts = leavesOf(networks[network](0).params).map(
      ({ path }) => requireTensor(content, `${name}.${path}`, 'F32').data,
    );
    return Float32Array.from(parts.flatMap((part) => [...part]));
  };
  return {
    x: { data: x.data, rows: x.shape[0]!, cols: x.shape[1]! },
    y: requireTensor(content, 'labels', 'I32').data,
    start: flat('start'),
    check: flat('check'),
  };
}
