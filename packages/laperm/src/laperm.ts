import { callback, checkSettings, having, InputError } from '@unbraid/checks';
import type { Runtime } from '@unbraid/graph';
import { adam, type Optimizer, type OptimizerContext, type OptimizerState, type Stepper } from '@unbraid/nn';
import * as z from 'zod';
import { type Period, periodIn } from './period.ts';
import { createSynchronizer, type Synchronizer } from './synchronizer.ts';
import { type Skip, weightVectors } from './weight-vectors.ts';

/** What `laperm` takes. */
export interface LapermSettings {
  /** What moves the weights between synchronizations. Default `adam()`. */
  readonly inner?: Optimizer;
  /**
   * k: a synchronization follows every step, counted from 1 over all epochs, that k divides. A number, or a function of the epoch,
   * which is counted from 0.
   */
  readonly period: Period;
  /**
   * Parameters that are left to the inner optimizer alone; by default those that can't be permuted (`weightVectors`). The authors'
   * loop leaves all biases and batch norm parameters by default: `(_path, spec) => spec.shape.length === 1`.
   */
  readonly skip?: Skip;
}

/** In a saved state: the fingerprint of the first values as two halves, exact in float32. */
const FINGERPRINT = 'laperm.fingerprint';
/** Of earlier states, which counted steps from the last synchronization. */
const CLOCK = 'laperm.clock';

const schema = z.object({
  inner: having<Optimizer>('an optimizer', 'name', 'settings', 'create').optional(),
  period: z.union([z.number(), callback<(epoch: number) => number>()], {
    error: 'a number of steps or a function of the epoch',
  }),
  skip: callback<Skip>().optional(),
});

/**
 * LaPerm (Qiu and Suda 2020, section 4): the inner optimizer trains freely for k steps, then every weight vector is
 * synchronized, which leaves its first values in the order that training gave it. The inner optimizer's state is kept.
 * `fit` validates, keeps and returns copies that are synchronized.
 * @throws {InputError} for settings that are unknown, or a period that is no whole number of at least 1; from `create`, for a model
 * with no weights to permute
 */
export function laperm(settings: LapermSettings): Optimizer {
  const { inner = adam(), period, skip } = checkSettings('laperm: laperm', schema, settings);
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
      if (!context)
        throw new InputError(
          'setting',
          'laperm: laperm needs to know the model and its first parameters; use it with fit',
        );
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
  throw new InputError(
    'model',
    'laperm: the model has no weights to permute: all its parameters are skipped, not trained, or start with equal values',
  );
}

/** @param periodOf the period at a step, counted from 1 */
function lapermStepper(inner: Stepper, synchronizer: Synchronizer, periodOf: (step: number) => number): Stepper {
  let { step } = inner.state();
  return {
    step(params, grads, learningRate) {
      if (!inner.step(params, grads, learningRate)) return false;
      step++;
      if (step % periodOf(step) === 0) synchronizer.synchronize(params);
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
        arrays: { ...arrays, [FINGERPRINT]: Float32Array.of(fingerprint >>> 16, fingerprint & 0xffff) },
      };
    },
    restore({ step: steps, arrays: { [FINGERPRINT]: halves, ...arrays } }) {
      if (CLOCK in arrays) {
        throw new InputError(
          'model',
          'laperm: the saved state is of an earlier version, which synchronized after other steps; give this fit a checkpoint of its own',
        );
      }
      checkFingerprint(halves, synchronizer.fingerprint);
      inner.restore({ step: steps, arrays });
      step = steps;
    },
    release() {
      inner.release();
      synchronizer.release();
    },
  };
}

/** @throws {InputError} when a state was saved by another optimizer or a fit from other first parameters */
function checkFingerprint(halves: OptimizerState['arrays'][string] | undefined, fingerprint: number): void {
  if (halves?.length !== 2) {
    throw new InputError('model', 'laperm: the saved state is of an optimizer other than laperm');
  }
  if (halves[0]! * 2 ** 16 + halves[1]! === fingerprint) return;
  throw new InputError(
    'model',
    'laperm: the saved state is of a fit from other first parameters, or with another skip; ' +
      'go on with the same, or give this fit a checkpoint of its own',
  );
}
