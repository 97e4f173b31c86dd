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
  /** Counted from 1 at its end; within an epoch a fraction. */
  readonly epoch: number;
  /** The mean over the epoch's batches, penalty included. */
  readonly loss: number;
  /** On the batches trained on, each before its step: between synchronizations, of augmented images. */
  readonly training: number;
  readonly validation: number;
}

/** A trained network; accuracies in percent. */
export interface DenseFit {
  /** Of the epoch, or the step within one, that is best in validation. */
  readonly params: Float32Array;
  /** A fraction where that was within one. */
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
  /** Validates also after every so many steps, counted over the whole training; 0: at the ends of epochs alone. */
  readonly validateSteps: number;
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

/**
 * Trains a network from given first weights; those that are best in validation count. What is validated within an epoch of LaPerm is what a synchronization
 * after that step would leave: weights between synchronizations are never counted.
 */
export async function trainDense(
  network: DenseNetwork,
  { optimizer, initial }: { readonly optimizer: Optimizer; readonly initial: Float32Array },
  { training, validation, test }: ImageSets,
  { epochs, batchSize, learningRate, augment, validateSteps }: DenseSettings,
  { runtime, seed, signal, checkpoints, onEpoch }: DenseTools,
): Promise<DenseFit> {
  const { model, l2 } = network;
  const penalty = weightDecay(l2, -1);
  const transform = augment ? transformOf(network) : undefined;
  const stepsInEpoch = Math.ceil(training.x.rows / batchSize);
  const pointOf = pointsOf(stepsInEpoch);
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
    ...(validateSteps > 0 && { validateEverySteps: validateSteps }),
    keepBest: (epoch) => -epoch.validation!.accuracy!,
    batchSize,
    epochs,
    seed,
    signal,
    checkpoint: { load: () => checkpoints.load('fit'), save: (state) => checkpoints.save('fit', state) },
    onEpoch: (record) => onEpoch(pointOf(record)),
    onValidation: (record) => onEpoch(pointOf(record)),
    runtime,
  });
  const { params, epoch, step, score } = result.best!;
  const records = [...(result.validations ?? []), ...result.history].sort((a, b) => a.step - b.step);
  const scores = await evaluateModel(model, params, test, {
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
    runtime,
  });
  return {
    params,
    epoch: step === undefined ? epoch : step / stepsInEpoch,
    validation: -100 * score,
    test: 100 * scores.accuracy!,
    seconds: result.seconds,
    curve: records.map(pointOf),
  };
}

function transformOf({ augmentation }: DenseNetwork): FitOptions['transform'] {
  if (!augmentation) return undefined;
  const augment = createAugmentation(augmentation);
  return ({ x, rows, random }) => augment(x, rows, random);
}

/** A record as a point, its epoch by its step. */
const pointsOf =
  (stepsInEpoch: number) =>
  ({ step, training, validation }: EpochRecord): EpochPoint => ({
    epoch: step / stepsInEpoch,
    loss: training.loss,
    training: 100 * training.accuracy!,
    validation: 100 * validation!.accuracy!,
  });
