import { type Layout, locate } from '@unbraid/graph';
import type { Kernels } from '@unbraid/kernels';
import { showShape } from '../show-shape.ts';
import { FitError } from './fit-error.ts';
import type { Best } from './fit-result.ts';

export interface FailedStep {
  readonly kernels: Kernels;
  readonly layout: Layout;
  /** From before the step where the loss is not finite; spoiled by the step otherwise. */
  readonly params: Float32Array;
  /** Those of the step. */
  readonly grads: Float32Array;
  readonly loss: number;
  /** Counted from 1. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly best: Best | undefined;
}

/** The error for a step whose loss or gradients are not finite. */
export function failureOf(failed: FailedStep): FitError {
  const { loss, step, epoch, best } = failed;
  const culprit = Number.isFinite(loss)
    ? badGradient(failed)
    : (badValue(failed) ?? badGradient(failed) ?? largest(failed));
  const reasons = [...(Number.isFinite(loss) ? [] : [`the loss is ${loss}`]), ...(culprit ? [culprit.text] : [])];
  return new FitError(
    `nn: fit stopped at step ${step} (epoch ${epoch}): ${reasons.join('; ')}; lower the learning rate, or look for extreme inputs` +
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

const badGradient = ({ kernels, layout, grads }: FailedStep) =>
  describe(layout, 'the first gradient that is not finite', grads, kernels.firstNonFinite(grads));

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
  const { leaf, position } = locate(layout, index);
  const path = leaf.path || 'params';
  return { path, text: `${what}, ${path}${showShape(position)}, is ${flat[index]}` };
}
