import { checkSettings, defineOptimizer, type Optimizer } from './optimizer.ts';
import type { SgdSettings } from './sgd.ts';

export interface MomentumSettings extends SgdSettings {
  /** velocity ← momentum · velocity + gradient. Default 0.9. */
  readonly momentum?: number;
  /** Steps by gradient + momentum · velocity instead of velocity. Default false. */
  readonly nesterov?: boolean;
}

/** Gradient descent with momentum (Polyak 1964), or Nesterov's in the form of Sutskever et al. 2013. */
export function momentum(options: MomentumSettings = {}): Optimizer {
  const { momentum: factor = 0.9, nesterov = false, l2 = 0, weightDecay = 0 } = options;
  checkSettings('momentum', { momentum: factor, l2, weightDecay }, ['momentum']);
  const settings = { momentum: factor, nesterov, l2, weightDecay };
  return defineOptimizer('momentum', settings, ['velocity'], ({ kernels, params, grads, memory, learningRate }) =>
    kernels.sgd({ params, grads, velocity: memory.velocity }, { learningRate, ...settings }),
  );
}
