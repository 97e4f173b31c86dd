import { InputError } from '@unbraid/checks';
import type { Runtime } from '@unbraid/graph';
import type { Optimizer, OptimizerContext, OptimizerState, Stepper } from '@unbraid/nn';
import { innerSettings, toldContext } from './inner-optimizer.ts';
import { type Period, periodIn } from './period.ts';
import type { Synchronizer } from './synchronizer.ts';
import { type LeafVectors, type Skip, weightVectors } from './weight-vectors.ts';

/** A method that gives weight vectors their first values back after every k steps of another optimizer. */
export interface SynchronizedMethod {
  readonly name: string;
  readonly inner: Optimizer;
  readonly period: Period;
  readonly skip?: Skip | undefined;
  /** What is permuted of the first parameters: the parameters themselves unless told otherwise. */
  readonly valuesOf?: (initial: Float32Array) => Float32Array;
  createSynchronizer(
    runtime: Pick<Runtime, 'arena' | 'kernels'>,
    vectors: readonly LeafVectors[],
    initial: Float32Array,
  ): Synchronizer;
}

/** In a saved state: the fingerprint of the first values as two halves, exact in float32. */
const FINGERPRINT = 'laperm.fingerprint';
/** Of earlier states, which counted steps from the last synchronization. */
const CLOCK = 'laperm.clock';

/** The optimizer of a method. @throws {InputError} for a period that is no whole number of at least 1; from `create`, for a model with no weights to permute */
export function synchronizedOptimizer(method: SynchronizedMethod): Optimizer {
  const { name, inner, period } = method;
  periodIn(period, 0);
  return {
    name,
    settings: {
      inner: inner.name,
      period: typeof period === 'number' ? period : 'by epoch',
      ...innerSettings(inner),
    },
    ...(inner.partwise && { partwise: true }),
    create(size, runtime, given) {
      const context = toldContext(name, given);
      const synchronizer = synchronizerOf(method, runtime, context);
      try {
        const stepper = inner.create(size, runtime, context);
        const epochOf = (step: number) => Math.floor((step - 1) / context.batches);
        return synchronizedStepper(name, stepper, synchronizer, (step) => periodIn(period, epochOf(step)));
      } catch (error) {
        synchronizer.release();
        throw error;
      }
    },
  };
}

function synchronizerOf(
  { skip, valuesOf = (initial) => initial, createSynchronizer }: SynchronizedMethod,
  runtime: Pick<Runtime, 'arena' | 'kernels'>,
  { model, params, parts }: OptimizerContext,
): Synchronizer {
  const isTrained = (at: number) =>
    parts === undefined || parts.some(({ offset, size }) => offset <= at && at < offset + size);
  const vectors = weightVectors(model, valuesOf(params), skip).filter(({ offset }) => isTrained(offset));
  if (vectors.length > 0) return createSynchronizer(runtime, vectors, params);
  throw new InputError(
    'model',
    'laperm: the model has no weights to permute: all its parameters are skipped, not trained, frozen, or start with equal values',
  );
}

/** @param periodOf the period at a step, counted from 1 */
function synchronizedStepper(
  name: string,
  inner: Stepper,
  synchronizer: Synchronizer,
  periodOf: (step: number) => number,
): Stepper {
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
      checkFingerprint(name, halves, synchronizer.fingerprint);
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
function checkFingerprint(
  name: string,
  halves: OptimizerState['arrays'][string] | undefined,
  fingerprint: number,
): void {
  if (halves?.length !== 2) {
    throw new InputError('model', `laperm: the saved state is of an optimizer other than ${name}`);
  }
  if (halves[0]! * 2 ** 16 + halves[1]! === fingerprint) return;
  throw new InputError(
    'model',
    'laperm: the saved state is of a fit from other first parameters, or with another skip; ' +
      'go on with the same, or give this fit a checkpoint of its own',
  );
}
