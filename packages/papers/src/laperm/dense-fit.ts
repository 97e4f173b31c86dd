import { createAugmentation } from '@unbraid/data';
import type { Checkpoints } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { laperm } from '@unbraid/laperm';
import {
  accuracy,
  adam,
  type EpochRecord,
  evaluateModel,
  type FitOptions,
  fit,
  type Optimizer,
  softmaxCrossEntropy,
} from '@unbraid/nn';
import type { DenseNetwork } from './dense-networks.ts';
import type { ImageSets } from './image-sets.ts';
import { weightDecay } from './weight-decay.ts';

/** An epoch; accuracies in percent. */
export interface EpochPoint {
  readonly epoch: number;
  /** The mean over the epoch's batches, penalty included. */
  readonly loss: number;
  /** On the batches trained on, each before its step: between synchronizations, of augmented images. */
  readonly training: number;
  readonly validation: number;
}

/** A trained network; accuracies in percent. */
export interface DenseFit {
  /** Of the epoch that is best in validation. */
  readonly params: Float32Array;
  readonly epoch: number;
  readonly validation: number;
  readonly test: number;
  readonly seconds: number;
  readonly curve: readonly EpochPoint[];
}

export interface DenseSettings {
  readonly epochs: number;
  readonly batchSize: number;
  /** At first; it falls as the network's schedule says. */
  readonly learningRate: number;
  readonly augment: boolean;
}

export interface DenseTools {
  readonly runtime: Runtime;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly checkpoints: Checkpoints;
  onEpoch(point: EpochPoint): void;
}

/** LaPerm around Adam with k steps between synchronizations. */
export const lapermOf = ({ skip }: DenseNetwork, period: number): Optimizer =>
  laperm({ inner: adam(), period, ...(skip && { skip }) });

/** Trains a network from given first weights; those of the epoch that is best in validation count. */
export async function trainDense(
  network: DenseNetwork,
  { optimizer, initial }: { readonly optimizer: Optimizer; readonly initial: Float32Array },
  { training, validation, test }: ImageSets,
  { epochs, batchSize, learningRate, augment }: DenseSettings,
  { runtime, seed, signal, checkpoints, onEpoch }: DenseTools,
): Promise<DenseFit> {
  const { model, l2 } = network;
  const penalty = weightDecay(l2, -1);
  const transform = augment ? transformOf(network) : undefined;
  const result = await fit({
    model,
    params: initial,
    loss: softmaxCrossEntropy,
    ...(penalty && { penalty }),
    ...(transform && { transform }),
    metrics: { accuracy },
    optimizer,
    learningRate: network.rate(learningRate),
    data: training,
    validation,
    keepBest: (epoch) => -epoch.validation!.accuracy!,
    batchSize,
    epochs,
    seed,
    signal,
    checkpoint: { load: () => checkpoints.load('fit'), save: (state) => checkpoints.save('fit', state) },
    onEpoch: (record) => onEpoch(pointOf(record)),
    runtime,
  });
  const { params, epoch, score } = result.best!;
  const scores = await evaluateModel(model, params, test, {
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
    runtime,
  });
  return {
    params,
    epoch,
    validation: -100 * score,
    test: 100 * scores.accuracy!,
    seconds: result.seconds,
    curve: result.history.map(pointOf),
  };
}

function transformOf({ augmentation }: DenseNetwork): FitOptions['transform'] {
  if (!augmentation) return undefined;
  const augment = createAugmentation(augmentation);
  return ({ x, rows, random }) => augment(x, rows, random);
}

const pointOf = ({ epoch, training, validation }: EpochRecord): EpochPoint => ({
  epoch,
  loss: training.loss,
  training: 100 * training.accuracy!,
  validation: 100 * validation!.accuracy!,
});
