import { loadMnist, readSafetensors, requireTensor, type SafeTensor, writeSafetensors } from '@unbraid/data';
import { type LayoutLeaf, layoutOf, leavesOf } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { agnosticize } from '@unbraid/laperm';
import {
  type AnyModel,
  activation,
  basicBlock,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  heUniform,
  initialize,
  maxPool2d,
  type ParamSpec,
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
export const networks = { F2: f2, Conv7: conv7, Conv4: conv4, 'ResNet-18': resNet18 } as const;

type Layers = readonly AnyModel[] | Readonly<Record<string, AnyModel>>;

/** Of layers whose types aren't followed. */
const stack = sequential as (layers: Layers) => AnyModel;

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

/** The paper's network for CIFAR-10 (its dropout of 0.3, 0.4 and 0.5, or none), with Keras's batch normalization. */
function conv4(rate: number): AnyModel {
  const dropped = (own: number) => (rate > 0 ? [dropout(own)] : []);
  const norm = (features: number) => batchNorm({ features, momentum: 0.01, epsilon: 1e-3 });
  const convolution = (channels: number, filters: number) => [
    conv2d({ channels, filters, kernel: 3, padding: 1, init: heUniform }),
    activation('relu'),
    norm(filters),
  ];
  const hidden = (inputs: number) => [dense(inputs, 256, { init: heUniform }), activation('relu')];
  return stack([
    unflatten([3, 32, 32]),
    ...convolution(3, 64),
    ...dropped(0.3),
    ...convolution(64, 64),
    maxPool2d({ kernel: 2 }),
    ...convolution(64, 128),
    ...dropped(0.4),
    ...convolution(128, 128),
    maxPool2d({ kernel: 2 }),
    flatten(),
    ...hidden(128 * 8 * 8),
    ...dropped(0.5),
    norm(256),
    ...hidden(256),
    norm(256),
    ...dropped(0.5),
    dense(256, 10, { init: heUniform }),
  ]);
}

/** ResNet-18 for 32-pixel images, as it is usual for CIFAR-10: a first convolution of 3 × 3 without stride, and no pool behind it. */
function resNet18(): AnyModel {
  const filters = [64, 128, 256, 512];
  const stages = filters.flatMap((count, stage) => [
    basicBlock({ channels: filters[stage - 1] ?? count, filters: count, stride: stage === 0 ? 1 : 2 }),
    basicBlock({ channels: count }),
  ]);
  return stack([
    unflatten([3, 32, 32]),
    conv2d({ channels: 3, filters: 64, kernel: 3, padding: 1, bias: false }),
    batchNorm({ features: 64 }),
    activation('relu'),
    ...stages,
    globalAveragePool(),
    dense(512, 10),
  ]);
}

/**
 * Images to train on: digits, or noise in the shape of CIFAR-10's photographs, on which training takes as long as on these.
 */
async function imagesFor(network: TrainTask['network'], images: number, random: Random) {
  if (network === 'F2' || network === 'Conv7') return (await loadMnist({ trainLimit: images, testLimit: 1 })).train;
  const cols = 3 * 32 * 32;
  const data = random.uniform(new Float32Array(images * cols), 0, 1);
  return { images: { data, rows: images, cols }, labels: Int32Array.from({ length: images }, () => random.int(10)) };
}

/**
 * Writes images, labels, and two sets of first weights, numbered in the model's order: `start.NUMBER.PATH` to time, which are 0 or 0.03 for F2, and
 * `check.NUMBER.PATH`, He-uniform. Equal weights move alike and tie, so that rounding decides their ranks; different ones don't.
 */
export async function writeTrainTask(
  file: string,
  network: TrainTask['network'],
  images: number,
  seed: number,
): Promise<void> {
  const random = createRandom(seed);
  const train = await imagesFor(network, images, random.split('images'));
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
  const entries = trainedLeaves(model).map((leaf, i) => [
    tensorName(name, leaf, i),
    { dtype: 'F32' as const, shape: leaf.shape, data: params.slice(leaf.offset, leaf.offset + leaf.size) },
  ]);
  return Object.fromEntries(entries);
}

/** What gradients move: PyTorch keeps the means of batch normalization elsewhere. */
function trainedLeaves({ params }: AnyModel): LayoutLeaf[] {
  const specs = leavesOf<ParamSpec>(params);
  return layoutOf(params, 'params').leaves.filter((_, i) => specs[i]!.value.trainable);
}

const tensorName = (name: string, { path }: LayoutLeaf, i: number): string =>
  `${name}.${String(i).padStart(4, '0')}.${path}`;

/** What `writeTrainTask` wrote, with the weights flat. */
export async function readTrainTask({ file, network }: Pick<TrainTask, 'file' | 'network'>) {
  const content = await readSafetensors(file);
  const x = requireTensor(content, 'x', 'F32');
  const model = networks[network](0);
  const flat = (name: string): Float32Array => {
    const params = initialize(model, 0);
    for (const [i, leaf] of trainedLeaves(model).entries())
      params.set(requireTensor(content, tensorName(name, leaf, i), 'F32').data, leaf.offset);
    return params;
  };
  return {
    x: { data: x.data, rows: x.shape[0]!, cols: x.shape[1]! },
    y: requireTensor(content, 'labels', 'I32').data,
    start: flat('start'),
    check: flat('check'),
  };
}
