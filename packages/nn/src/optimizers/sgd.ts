import { checkSettings } from '@unbraid/checks';
import * as z from 'zod';
import { decay, defineOptimizer, type Optimizer } from './optimizer.ts';

/** Settings of gradient descent. */
export interface SgdSettings {
  /** Coupled: l2 · params is added to the gradients. Default 0. */
  readonly l2?: number;
  /** Decoupled: parameters shrink by learningRate · weightDecay a step. Default 0. */
  readonly weightDecay?: number;
}

const schema = z.object({ l2: decay().default(0), weightDecay: decay().default(0) });

/**
 * Gradient descent: params ← params − learningRate · gradient.
 * @throws {InputError} in one line, for settings that are unknown or out of range
 */
export function sgd(options: SgdSettings = {}): Optimizer {
  const settings = checkSettings('nn: sgd', schema, options);
  return defineOptimizer('sgd', settings, [], ({ kernels, params, grads, learningRate }) =>
    kernels.sgd({ params, grads }, { learningRate, ...settings }),
  );
}
