import { checkSettings, defineOptimizer, type Optimizer } from './optimizer.ts';

export interface SgdSettings {
  /** Coupled: l2 · params is added to the gradients. Default 0. */
  readonly l2?: number;
  /** Decoupled: parameters shrink by learningRate · weightDecay a step. Default 0. */
  readonly weightDecay?: number;
}

/** Gradient descent: params ← params − learningRate · gradient. */
export function sgd({ l2 = 0, weightDecay = 0 }: SgdSettings = {}): Optimizer {
  const settings = { l2, weightDecay };
  checkSettings('sgd', settings);
  return defineOptimizer('sgd', settings, [], ({ kernels, params, grads, learningRate }) =>
    kernels.sgd({ params, grads }, { learningRate, l2, weightDecay }),
  );
}
