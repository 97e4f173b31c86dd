import { type Layout, locate } from '@unbraid/graph';
import type { Kernels } from '@unbraid/kernels';
import { placeOf } from './check-data.ts';
import { FitError } from './fit-error.ts';
import type { Best } from './fit-result.ts';

export interface FailedStep {
  readonly kernels: Kernels;
  readonly layout: Layout;
  /** Of the gradients: of trained parameters alone where some are frozen. */
  readonly gradLayout: Layout;
  /** From before the step where the loss is not finite; spoiled by the step otherwise. */
  readonly params: Float32Array;
  /** Those of the step. */
  readonly grads: Float32Array;
  /** NaN or infinite where that is what is wrong. */
  readonly loss: number;
  /** Counted from 1. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly best: Best | undefined;
}

/** The error for a step whose loss or gradients are not finite. */
export function failureOf(failed: FailedStep): FitError {
  const { loss } = failed;
  const culprit = Number.isFinite(loss)
    ? badGradient(failed)
    : (badValue(failed) ?? badGradient(failed) ?? largest(failed));
  return errorOf(failed, culprit, 'at');
}

/** The error for parameters that their last step left with entries that are not finite; `undefined` for others. */
export function divergenceOf(failed: FailedStep): FitError | undefined {
  const culprit = badValue(failed);
  return culprit && errorOf(failed, culprit, 'after');
}

/** The error for parameters whose validation loss is not finite. */
export const invalidOf = (failed: FailedStep): FitError => errorOf(failed, largest(failed), 'after', 'validation loss');

function errorOf(
  { loss, step, epoch, best }: FailedStep,
  culprit: Culprit | undefined,
  when: 'at' | 'after',
  what = 'loss',
): FitError {
  const reasons = [...(Number.isFinite(loss) ? [] : [`the ${what} is ${loss}`]), ...(culprit ? [culprit.text] : [])];
  return new FitError(
    `nn: fit stopped ${when} step ${step} (epoch ${epoch}): ${reasons.join('; ')}; lower the learning rate, or look for extreme inputs` +
      (best ? `; error.best has the parameters of epoch ${best.epoch}` : ''),
    { step, epoch, parameter: culprit?.path, best },
  );
}

interface Culprit {
  readonly path: string;
  readonly text: string;
}

const badValue = ({ kernels, layout, params }: FailedStep) =>
  describe(layout, 'the first value that is not finite', params, kernels.firstNonFinite(params));

const badGradient = ({ kernels, gradLayout, grads }: FailedStep) =>
  describe(gradLayout, 'the first gradient that is not finite', grads, kernels.firstNonFinite(grads));

/** Where the loss alone overflows, the largest parameter says most. */
function largest({ kernels, layout, params }: FailedStep): Culprit | undefined {
  const size = kernels.maxAbs(params);
  return describe(
    layout,
    'all parameters and gradients are finite; the largest value',
    params,
    params.findIndex((value) => Math.abs(value) === size),
  );
}

function describe(layout: Layout, what: string, flat: Float32Array, index: number): Culprit | undefined {
  if (index < 0) return undefined;
  const { leaf } = locate(layout, index);
  return { path: leaf.path || 'params', text: `${what}, ${placeOf(layout, index)}, is ${flat[index]}` };
}
