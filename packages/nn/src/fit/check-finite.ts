import { type Layout, locate } from '@unbraid/graph';
import type { Kernels } from '@unbraid/kernels';
import { showShape } from './data.ts';
import { FitError } from './fit-error.ts';
import type { Best } from './fit-result.ts';

export interface Failed {
  readonly kernels: Kernels;
  readonly layout: Layout;
  readonly params: Float32Array;
  readonly grads: Float32Array;
  /** The loss, if it is what isn't finite. */
  readonly loss: number;
  /** Both counted from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly best: Best | undefined;
}

/** The error for a step whose loss or gradients are not finite; the gradients must be those of the step. */
export function failureOf({ kernels, layout, params, grads, loss, step, epoch, best }: Failed): FitError {
  const lossFinite = Number.isFinite(loss);
  // Parameters that were not finite before the step come first; after a step on bad gradients they prove nothing.
  const bad =
    (lossFinite ? undefined : firstBad(kernels, layout, 'value', params)) ??
    firstBad(kernels, layout, 'gradient', grads);
  const what = lossFinite
    ? `${bad?.text ?? 'a gradient is not finite'}`
    : `the loss is ${loss}${bad ? `; ${bad.text}` : ''}`;
  return new FitError(
    `nn: fit stopped at step ${step} (epoch ${epoch}): ${what}; lower the learning rate, or look for extreme inputs` +
      (best ? `; error.best has the parameters of epoch ${best.epoch}` : ''),
    { step, epoch, parameter: bad?.path, best },
  );
}

function firstBad(kernels: Kernels, layout: Layout, what: string, flat: Float32Array) {
  const index = kernels.firstNonFinite(flat);
  if (index < 0) return undefined;
  const { leaf, position } = locate(layout, index);
  const path = leaf.path || 'params';
  return { path, text: `the ${what} of ${path}${showShape(position)} is ${flat[index]}` };
}
