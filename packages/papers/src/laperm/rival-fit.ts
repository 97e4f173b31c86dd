import { leavesOf, type Runtime, sizeOf } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { descriptionBits } from '@unbraid/laperm';
import { accuracy, evaluateModel, fit, type ParamSpec, softmaxCrossEntropy, stepDecay } from '@unbraid/nn';
import type { ImageSets } from './image-sets.ts';
import type { RivalChoice, RivalMethod } from './rival-methods.ts';
import type { RivalNetwork } from './rival-networks.ts';

/** A trained network; accuracies in percent. */
export interface RivalScores {
  /** Of the epoch that is best in validation. */
  readonly epoch: number;
  readonly validation: number;
  readonly test: number;
  /** Of its layers, biases and what normalizes left out. */
  readonly weights: number;
  /** That tell the network to someone who can draw its first parameters, for each of `weights`. */
  readonly bits: number;
  readonly seconds: number;
}

/** What a training has beside a method. */
export interface RivalTools {
  readonly runtime: Runtime;
  readonly random: Random;
  readonly epochs: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  onEpoch(epoch: number): void;
}

/** The rate falls by a fifth with each epoch. */
const DECAY = 0.8;

/** Trains a network by a method; the weights of the epoch that is best in validation count. */
export async function trainRival(
  {
    method,
    choice,
    network,
  }: { readonly method: RivalMethod; readonly choice: RivalChoice; readonly network: RivalNetwork },
  { training, validation, test }: ImageSets,
  { runtime, random, epochs, batchSize, signal, onEpoch }: RivalTools,
): Promise<RivalScores> {
  const { model, initial, optimizer } = method.start(network, choice.own, random.split('start'));
  const result = await fit({
    ...{ model, params: initial, optimizer, epochs, batchSize, validation, signal, runtime },
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
    data: training,
    learningRate: stepDecay(choice.learningRate, DECAY, 1),
    keepBest: (record) => -record.validation!.accuracy!,
    seed: random.split('fit').int(2 ** 31),
    onEpoch: ({ epoch }) => onEpoch(epoch),
  });
  const { params, epoch, score } = result.best!;
  const scores = await evaluateModel(model, params, test, {
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
    runtime,
  });
  const weights = leavesOf<ParamSpec>(model.params).reduce(
    (sum, { value: { shape } }) => sum + (shape.length > 1 ? sizeOf(shape) : 0),
    0,
  );
  const bits = method.as ? descriptionBits({ model, initial, params, as: method.as }) : 32 * params.length;
  return {
    epoch,
    validation: -100 * score,
    test: 100 * scores.accuracy!,
    weights,
    bits: bits / weights,
    seconds: result.seconds,
  };
}
