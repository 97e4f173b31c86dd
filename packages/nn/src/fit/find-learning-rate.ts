import { checkSettings, count, finite, InputError } from '@unbraid/checks';
import * as z from 'zod';
import type { AnyModel } from '../model.ts';
import { fit } from './fit.ts';
import { FitError } from './fit-error.ts';
import type { FitOptionsFor } from './fit-options.ts';

type Excluded =
  | 'learningRate'
  | 'epochs'
  | 'steps'
  | 'validation'
  | 'validateEvery'
  | 'validateEverySteps'
  | 'onValidation'
  | 'keepBest'
  | 'earlyStopping'
  | 'stop'
  | 'checkpoint'
  | 'mean'
  | 'onEpoch';

/** What `findLearningRate` takes: what `fit` does, but for how long and at what rates, and the range of rates. */
export interface FindLearningRateOptions<M extends AnyModel = AnyModel> extends Omit<FitOptionsFor<M>, Excluded> {
  /** The first rate. Default 1e-7. */
  readonly from?: number;
  /** The last rate, unless the loss grows before. Default 10. */
  readonly to?: number;
  /** Steps from one to the other, at least 10. Default 100. */
  readonly steps?: number;
}

/** One step of a range test. */
export interface LearningRatePoint {
  readonly learningRate: number;
  /** Of the step's batch, before the step. */
  readonly loss: number;
  /** The exponential mean of the losses so far, with its bias towards the start taken out. */
  readonly smoothed: number;
}

/** What a range test finds. */
export interface LearningRates {
  /** A tenth of the rate at which the smoothed loss is least. */
  readonly suggested: number;
  readonly curve: readonly LearningRatePoint[];
  /** Whether the loss grew before the last rate: where it didn't, a larger `to` may show more. */
  readonly diverged: boolean;
}

/** Memory of the smoothed loss. */
const MEMORY = 0.9;

/** The test ends when the smoothed loss is so many times the least one. */
const DIVERGED = 4;

const schema = z.object({
  from: finite({ above: 0 }).default(1e-7),
  to: finite({ above: 0 }).default(10),
  steps: count().default(100),
});

/**
 * Which learning rate to begin with: steps at rates that grow exponentially from `from` to `to`, until the loss does (the range test of Smith 2017, section 3.3).
 * A tenth of the rate with the least smoothed loss is suggested, since at that rate itself the loss no longer falls. The model's parameters
 * stay as they are: the steps are made on a copy.
 * @throws {InputError} as `fit`, and for a range that is none
 * @throws {FitError} where the first loss isn't finite
 */
export async function findLearningRate<M extends AnyModel>(
  options: FindLearningRateOptions<M>,
): Promise<LearningRates> {
  const { from: _, to: __, steps: ___, ...fitting } = options;
  const { from, to, steps } = checkSettings('nn: findLearningRate', schema, {
    ...(options.from !== undefined && { from: options.from }),
    ...(options.to !== undefined && { to: options.to }),
    ...(options.steps !== undefined && { steps: options.steps }),
  });
  if (!(from < to) || steps < 10)
    throw new InputError(
      'setting',
      `nn: findLearningRate goes from ${from} to ${to} in ${steps} steps; a larger rate after at least 10 steps is needed`,
    );
  const curve: LearningRatePoint[] = [];
  const sweep = new AbortController();
  const ended = AbortSignal.any([sweep.signal, ...(options.signal ? [options.signal] : [])]);
  let [mean, least, diverged] = [0, Number.POSITIVE_INFINITY, false];
  try {
    await fit({
      ...(fitting as unknown as FitOptionsFor<AnyModel>),
      steps,
      keepBest: false,
      learningRate: () => from * (to / from) ** (Math.min(curve.length, steps - 1) / (steps - 1)),
      signal: ended,
      onStep(record) {
        options.onStep?.(record);
        const { loss, learningRate } = record;
        mean = MEMORY * mean + (1 - MEMORY) * loss;
        const smoothed = mean / (1 - MEMORY ** (curve.length + 1));
        curve.push({ learningRate, loss, smoothed });
        least = Math.min(least, smoothed);
        diverged = smoothed > DIVERGED * Math.abs(least);
        if (diverged) sweep.abort(sweep);
      },
    });
  } catch (error) {
    if (error instanceof FitError && curve.length > 0) diverged = true;
    else if (error !== sweep) throw error;
  }
  const best = curve.reduce((found, point) => (point.smoothed < found.smoothed ? point : found));
  return { suggested: best.learningRate / 10, curve, diverged };
}
