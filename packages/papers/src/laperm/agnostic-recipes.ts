import { type AnyModel, activation, dense, sequential, zeros } from '@unbraid/nn';
import { weightDecay } from './weight-decay.ts';

/** Number of values in each layer of a network, inputs first. */
export const widthsOf = { F1: [784, 10], F2: [784, 128, 64, 10] } as const;

export type AgnosticName = keyof typeof widthsOf;

/** How a weight-agnostic network is made and trained. */
export interface AgnosticRecipe {
  readonly network: AgnosticName;
  readonly settings: 'published' | 'best';
  /** What weights are where they are not 0. */
  readonly value: number;
  /** Share of the weights that are not 0, layer by layer. */
  readonly keep: readonly number[];
  /** Whether all neurons of a layer have the same number of them. */
  readonly balanced: boolean;
  /** Steps from one synchronization to the next. */
  readonly period: number;
  /** Of Adam; falls by the factor `decay` after each epoch. */
  readonly learningRate: number;
  readonly decay: number;
  readonly beta1: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Times the sum of squared weights of all layers but the last, added to the loss. */
  readonly l2: number;
}

/** Qiu and Suda 2020, section 5.5, and the authors' code. */
const asPublished = {
  settings: 'published',
  balanced: false,
  period: 250,
  learningRate: 1e-3,
  decay: 0.95,
  beta1: 0.9,
  batchSize: 128,
} as const;

export const published: Readonly<Record<AgnosticName, AgnosticRecipe>> = {
  F1: { ...asPublished, network: 'F1', value: 0.08, keep: [4 / 7], epochs: 10, l2: 0 },
  F2: { ...asPublished, network: 'F2', value: 0.03, keep: [1 / 15, 1 / 7, 1 / 3], epochs: 25, l2: 1e-4 },
};

/**
 * Chosen by mean validation accuracy over some seeds; agnostic-search.md has what was tried. F1 synchronizes so often that
 * gradients are those of the network that counts, and Adam's long memory adds them up until a weight changes places; a falling
 * rate lets fewer of them do so. With three layers that is unstable, so F2 moves its weights far and synchronizes seldom;
 * it gains most from small batches.
 */
export const best: Readonly<Record<AgnosticName, AgnosticRecipe>> = {
  F1: {
    network: 'F1',
    settings: 'best',
    value: 0.12,
    keep: [0.4],
    balanced: true,
    period: 5,
    learningRate: 4,
    decay: 0.6,
    beta1: 0.999,
    epochs: 8,
    batchSize: 256,
    l2: 0,
  },
  F2: {
    network: 'F2',
    settings: 'best',
    value: 0.06,
    keep: [0.65, 0.5, 0.5],
    balanced: true,
    period: 250,
    learningRate: 2e-3,
    decay: 0.7,
    beta1: 0.9,
    epochs: 2,
    batchSize: 16,
    l2: 0,
  },
};

/** Dense layers without biases, ReLU between them. */
export function agnosticModel(network: AgnosticName): AnyModel {
  const [inputs, ...widths] = widthsOf[network];
  const layers = widths.flatMap((outputs, i) => {
    const layer = dense([inputs, ...widths][i]!, outputs, { bias: false, init: zeros });
    return i === 0 ? [layer] : [activation('relu'), layer];
  });
  return sequential(layers);
}

/** The weight decay of a recipe, as `fit` takes it. */
export const penaltyOf = ({ l2 }: AgnosticRecipe) => weightDecay(l2, -1);
