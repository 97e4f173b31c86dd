import type { Runtime } from '@unbraid/graph';
import { adam, type Optimizer, type OptimizerContext, type OptimizerState, type Stepper } from '@unbraid/nn';
import { type Period, periodIn } from './period.ts';
import { createSynchronizer, type Synchronizer } from './synchronizer.ts';
import { type Skip, weightVectors } from './weight-vectors.ts';

export interface LapermSettings {
  /** What moves the weights between synchronizations. Default `adam()`. */
  readonly inner?: Optimizer;
  /** k: steps from one synchronization to the next, or a function of the epoch, counted from 0. */
  readonly period: Period;
  /** Parameters that are left to the inner optimizer alone; by default those that can't be permuted (`weightVectors`). */
  readonly skip?: Skip;
}

/** The clock in a saved state: steps since the last synchronization, and the fingerprint as two halves, exact in float32. */
const CLOCK = 'laperm.clock';

/**
 * LaPerm (Qiu and Suda 2020, section 4): the inner optimizer trains freely for k steps, then every weight vector is
 * synchronized, which leaves its first values in the order that training gave it. The inner optimizer's state is kept.
 * `fit` validates, keeps and returns copies that are synchronized.
 * @throws {RangeError} unless the period is a whole number of at least 1; from `create`, for a model with no weights to
 * permute
 */
export function laperm({ inner = adam(), period, skip }: LapermSettings): Optimizer {
  periodIn(period, 0);
  const innerSettings = Object.entries(inner.settings).map(
    ([name, value]) => [`${inner.name}.${name}`, value] as const,
  );
  return {
    name: 'laperm',
    settings: {
      inner: inner.name,
      period: typeof period === 'number' ? period : 'by epoch',
      ...Object.fromEntries(innerSettings),
    },
    create(size, runtime, context) {
      if (!context) throw new Error('laperm: laperm needs to know the model and its first parameters; use it with fit');
      const synchronizer = synchronizerOf(runtime, context, skip);
      try {
        const stepper = inner.create(size, runtime, context);
        const epochOf = (step: number) => Math.floor((step - 1) / context.batches);
        return lapermStepper(stepper, synchronizer, (step) => periodIn(period, epochOf(step)));
      } catch (error) {
        synchronizer.release();
        throw error;
      }
    },
  };
}

function synchronizerOf(
  runtime: Pick<Runtime, 'arena' | 'kernels'>,
  { model, params }: OptimizerContext,
  skip: Skip | undefined,
): Synchronizer {
  const vectors = weightVectors(model, params, skip);
  if (vectors.length > 0) return createSynchronizer(runtime, vectors, params);
  throw new RangeError(
    'laperm: the model has no weights to permute: all its parameters are skipped, not trained, or start with equal values',
  );
}

/** @param periodOf the period at a step, counted from 1 */
function lapermStepper(inner: Stepper, synchronizer: Synchronizer, periodOf: (step: number) => number): Stepper {
  let { step } = inner.state();
  let since = 0;
  return {
    step(params, grads, learningRate) {
      if (!inner.step(params, grads, learningRate)) return false;
      step++;
      since++;
      if (since >= periodOf(step)) {
        synchronizer.synchronize(params);
        since = 0;
      }
      return true;
    },
    settle(params) {
      inner.settle?.(params);
      synchronizer.synchronize(params);
    },
    state() {
      const { step: steps, arrays } = inner.state();
      const { fingerprint } = synchronizer;
      return {
        step: steps,
        arrays: { ...arrays, [CLOCK]: Float32Array.of(since, fingerprint >>> 16, fingerprint & 0xffff) },
      };
    },
    restore({ step: steps, arrays: { [CLOCK]: clock, ...arrays } }) {
      checkClock(clock, synchronizer.fingerprint);
      inner.restore({ step: steps, arrays });
      step = steps;
      since = clock[0]!;
    },
    release() {
      inner.release();
      synchronizer.release();
    },
  };
}

/** @throws {Error} when a state was saved by another optimizer or a fit from other first parameters */
function checkClock(clock: OptimizerState['arrays'][string] | undefined, fingerprint: number): asserts clock {
  if (clock?.length !== 3) throw new Error('laperm: the saved state is of an optimizer other than laperm');
  if (clock[1]! * 2 ** 16 + clock[2]! === fingerprint) return;
  throw new Error(
    'laperm: the saved state is of a fit from other first parameters, or with another skip; ' +
      'go on with the same, or give this fit a checkpoint of its own',
  );
}
