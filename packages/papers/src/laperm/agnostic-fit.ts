import type { Checkpoints } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import {
  agnosticize,
  decodePermutations,
  distinctValues,
  encodePermutations,
  isPermutationOf,
  laperm,
} from '@unbraid/laperm';
import { accuracy, adam, evaluateModel, fit, initialize, softmaxCrossEntropy, stepDecay } from '@unbraid/nn';
import { type AgnosticRecipe, agnosticModel, penaltyOf } from './agnostic-recipes.ts';
import type { ImageSets, Images } from './image-sets.ts';

/** One network, trained. Accuracies in percent. */
export interface AgnosticTrial {
  readonly network: AgnosticRecipe['network'];
  readonly settings: AgnosticRecipe['settings'];
  /** Counted from 0. */
  readonly trial: number;
  readonly validation: number;
  readonly test: number;
  /** The epoch of the best validation accuracy, whose weights count. */
  readonly epoch: number;
  /** Number of different weights. */
  readonly values: number;
  /** Whether every weight vector has the values that it started with. */
  readonly unchanged: boolean;
  /** The trained network as a permutation checkpoint. */
  readonly permutations: Uint8Array;
  /** Of the checkpoint, for each weight. */
  readonly bits: number;
  readonly seconds: number;
}

export interface AgnosticTools {
  readonly runtime: Runtime;
  /** The trial's own stream. */
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly checkpoints: Checkpoints;
  onEpoch(epoch: number, validation: number): void;
}

/** The weights that a recipe starts from: 0 or the shared value. */
export function initialWeights({ network, value, keep, balanced }: AgnosticRecipe, random: Random): Float32Array {
  const model = agnosticModel(network);
  return agnosticize(model, initialize(model, random), { value, keep, balanced, seed: random.split('mask') });
}

/** Trains a network by a recipe; the weights of the epoch that is best in validation count. */
export async function trainAgnostic(
  recipe: AgnosticRecipe,
  { training, validation, test }: ImageSets,
  { runtime, random, signal, checkpoints, onEpoch }: AgnosticTools,
): Promise<Omit<AgnosticTrial, 'trial'>> {
  const { network, settings, learningRate, decay, period, beta1, epochs, batchSize } = recipe;
  const model = agnosticModel(network);
  const initial = initialWeights(recipe, random);
  const penalty = penaltyOf(recipe);
  const result = await fit({
    model,
    params: initial,
    loss: softmaxCrossEntropy,
    ...(penalty && { penalty }),
    metrics: { accuracy },
    optimizer: laperm({ inner: adam({ beta1 }), period }),
    learningRate: stepDecay(learningRate, decay, 1),
    data: training,
    validation,
    keepBest: (epoch) => -epoch.validation!.accuracy!,
    batchSize,
    epochs,
    seed: random.split('fit').int(2 ** 31),
    signal,
    checkpoint: { load: () => checkpoints.load('fit'), save: (state) => checkpoints.save('fit', state) },
    onEpoch: (record) => onEpoch(record.epoch, 100 * record.validation!.accuracy!),
    runtime,
  });
  const { params, epoch, score } = result.best!;
  const permutations = encodePermutations({ model, initial, params });
  return {
    network,
    settings,
    validation: -100 * score,
    test: (await scoreOf(recipe, params, test, runtime)).accuracy,
    epoch,
    values: distinctValues(params).length,
    unchanged: isPermutationOf(model, initial, params),
    permutations,
    bits: (8 * permutations.length) / params.length,
    seconds: result.seconds,
  };
}

/** The weights of a trial, from its checkpoint and its stream. */
export const trainedWeights = (recipe: AgnosticRecipe, permutations: Uint8Array, random: Random): Float32Array =>
  decodePermutations(permutations, { model: agnosticModel(recipe.network), initial: initialWeights(recipe, random) });

/** Cross entropy, and accuracy in percent. */
export interface AgnosticScore {
  readonly loss: number;
  readonly accuracy: number;
}

export async function scoreOf(
  { network }: Pick<AgnosticRecipe, 'network'>,
  params: Float32Array,
  images: Images,
  runtime: Runtime,
): Promise<AgnosticScore> {
  const options = { loss: softmaxCrossEntropy, metrics: { accuracy }, runtime };
  const scores = await evaluateModel(agnosticModel(network), params, images, options);
  return { loss: scores.loss!, accuracy: 100 * scores.accuracy! };
}
