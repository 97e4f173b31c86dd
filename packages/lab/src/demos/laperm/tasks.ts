/** Neurons of the hidden layer. */
export const HIDDEN = 32;
/** Images have PIXELS inputs, SIDE × SIDE. */
export const SIDE = 8;
export const PIXELS = SIDE * SIDE;
export const EPOCHS = 60;
/** Images to choose from. */
export const TEST_IMAGES = 500;

/** The one value of the weight-agnostic start, and which share of the weights of each layer has it. */
export const SHARED = { value: 0.15, keep: [0.35, 0.5] } as const;

export interface Plan {
  /** `shared`: every weight is 0 or one value; `random`: He's uniform numbers. */
  readonly start: 'shared' | 'random';
  /** k: steps from one synchronization to the next. */
  readonly period: number;
  readonly seed: number;
}

/** A network on its way, or at its end. */
export interface Standing {
  /** Weights of the hidden layer, pixels × neurons. */
  readonly weights: Float32Array;
  /** Share of the test images that are classified rightly, after each epoch. */
  readonly accuracy: readonly number[];
}

export interface Permuted extends Standing {
  /** Whether every neuron has the values that it started with, bit for bit. */
  readonly unchanged: boolean;
  /** Different values among all weights. */
  readonly values: number;
  /** Share of the weights whose value is another than at first. */
  readonly moved: number;
  /** Of the permutation checkpoint, for each weight. */
  readonly bits: number;
}

/** A digit of the test set, or one that was drawn; each weighs PIXELS numbers in [0, 1]. */
export type Picture = { readonly test: number } | { readonly drawn: readonly number[] };

export interface Reading {
  readonly image: readonly number[];
  /** What it shows, of a test image. */
  readonly truth: number | undefined;
  /** Probabilities of the digits by both networks. */
  readonly laperm: readonly number[];
  readonly adam: readonly number[];
}

export type LapermTasks = {
  readonly train: {
    readonly input: Plan;
    readonly progress: { readonly initial: Float32Array; readonly laperm: Standing; readonly adam?: Standing };
    readonly result: { readonly initial: Float32Array; readonly laperm: Permuted; readonly adam: Standing };
  };
  /** By the networks that were trained last. */
  readonly read: { readonly input: Picture; readonly progress: never; readonly result: Reading };
};
