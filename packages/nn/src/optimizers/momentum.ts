import { checkSettings, flag } from '@unbraid/checks';
import * as z from 'zod';
import { decay, defineOptimizer, type Optimizer, share } from './optimizer.ts';
import type { SgdSettings } from './sgd.ts';

/** Settings of gradient descent with momentum. */
export interface MomentumSettings extends SgdSettings {
  /** velocity ← momentum · velocity + gradient. Default 0.9. */
  readonly momentum?: number;
  /** Steps by gradient + momentum · velocity instead of velocity. Default false. */
  readonly nesterov?: boolean;
}

const schema = z.object({
  momentum: share().default(0.9),
  nesterov: flag().default(false),
  l2: decay().default(0),
  weightDecay: decay().default(0),
});

/**
 * Gradient descent with momentum (Polyak 1964), or Nesterov's in the form of Sutskever et al. 2013.
 * @throws {InputError} in one line, for settings that are unknown or out of range
 */
export function momentum(options: MomentumSettings = {}): Optimizer {
  const settings = checkSettings('nn: momentum', schema, options);
  return defineOptimizer('momentum', settings, ['velocity'], ({ kernels, params, grads, memory, learningRate }) =>
    kernels.sgd({ params, grads, velocity: memory.velocity }, { learningRate, ...settings }),
  );
}
