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
  /** The epoch at whose end they stood; 0 for the first ones. */
  readonly epoch: number;
  /**
   * Theirs: measured after that epoch in validation; or, without validation where an epoch is one step over all rows, at the start of the
   * next. Without validation, where epochs have several steps, it is the mean loss over the epoch's batches, measured on its way.
   */
  readonly score: number;
  readonly params: Float32Array;
}

export interface FitResult {
  /** After the last step, flat; settled where the optimizer settles them. */
  readonly params: Float32Array;
  /** The best epoch, with `keepBest`. */
  readonly best?: Best;
  /** One record for each epoch. */
  readonly history: readonly EpochRecord[];
  readonly steps: number;
  /** Time for steps and validation, in this and in interrupted runs before; compilation is left out. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
}
