import { InputError } from '@unbraid/checks';

/** What a moving average remembers; plain JSON. */
export interface MovingAverageState {
  /** The mean of the window: the feedback y(t). */
  readonly mean: number;
  /** The last values, the oldest first. */
  readonly values: readonly number[];
}

/** The mean of the last values of a series, step by step. */
export interface MovingAverage {
  /** A window of zeros, so that the first means rise from 0. */
  readonly start: MovingAverageState;
  /** The state with one more value, the oldest gone. */
  step(state: MovingAverageState, value: number): MovingAverageState;
}

/**
 * The mean of the last `window` values: y(t) of DynamicVAE, which smooths the KL divergence of single batches
 * (arXiv 2009.06795; T = 5 there).
 *
 * @throws where the window is not a whole number of 1 or more.
 */
export function movingAverage(window = 5): MovingAverage {
  if (!(Number.isInteger(window) && window >= 1)) {
    throw new InputError(
      'setting',
      `dynamic-vae: the moving average has a window of ${window}; a whole number of 1 or more is needed, 1 for none`,
    );
  }
  return {
    start: { mean: 0, values: new Array<number>(window).fill(0) },
    step({ values }, value) {
      const next = [...values.slice(1), value];
      return { mean: next.reduce((sum, one) => sum + one, 0) / window, values: next };
    },
  };
}
