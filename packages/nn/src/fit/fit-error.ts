import type { Best } from './fit-result.ts';

export interface FitFailure {
  readonly step: number;
  readonly epoch: number;
  readonly parameter: string | undefined;
  readonly best: Best | undefined;
}

/** Training met a number that is NaN or infinite. */
export class FitError extends Error {
  override readonly name = 'FitError';
  readonly code = 'diverged';
  /** The step that failed, counted from 1. */
  readonly step: number;
  /** Its epoch, counted from 1. */
  readonly epoch: number;
  /** Path of the first parameter whose value or gradient is not finite, or of the largest where only the loss overflows. */
  readonly parameter: string | undefined;
  /** The best epoch before the failure, if one was finished and `keepBest` is on. */
  readonly best: Best | undefined;

  constructor(message: string, { step, epoch, parameter, best }: FitFailure) {
    super(message);
    this.step = step;
    this.epoch = epoch;
    this.parameter = parameter;
    this.best = best;
  }
}
