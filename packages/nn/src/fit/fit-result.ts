import type { Scores } from './scores.ts';

/** What happened in an epoch. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps made up to its end. */
  readonly step: number;
  /** Of its last step. */
  readonly learningRate: number;
  /** Means over the epoch's batches, each measured before its step; a penalty is part of the loss here alone. */
  readonly training: Scores;
  /** At the end of the epoch; only where it was measured. */
  readonly validation?: Scores;
}

/** The parameters with the lowest score, settled where the optimizer settles them. */
export interface Best {
  /** The epoch at whose end they stood, or within it; 0 for the first ones. */
  readonly epoch: number;
  /** The step after which they stood, where that was within the epoch. */
  readonly step?: number;
  /**
   * Theirs: measured after that epoch in validation; or, without validation where an epoch is one step over all rows, at the start of the
   * next. Without validation, where epochs have several steps, it is the mean loss over the epoch's batches, measured on its way.
   */
  readonly score: number;
  readonly params: Float32Array;
}

/** What `fit` gives. */
export interface FitResult {
  /** After the last step, or of the best epoch with `earlyStopping`; flat, and settled where the optimizer settles them. */
  readonly params: Float32Array;
  /** The best epoch, with `keepBest`. */
  readonly best?: Best;
  /** One record for each epoch. */
  readonly history: readonly EpochRecord[];
  /** One record for each validation within an epoch, with `validateEverySteps`. */
  readonly validations?: readonly EpochRecord[];
  /** What ended it: the steps or epochs that were asked for, `earlyStopping`, or `stop`. */
  readonly ended: 'steps' | 'early' | 'stop';
  /** The names of the classes, in the order of the model's outputs, where labels were given by name. */
  readonly classes?: readonly string[];
  /** What was told to `onWarning`. */
  readonly warnings: readonly string[];
  readonly steps: number;
  /** Time for steps and validation, in this and in interrupted runs before; compilation is left out. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
}
