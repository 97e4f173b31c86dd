import { checkSettings, defineOptimizer, type Optimizer } from './optimizer.ts';

interface Moments {
  /** Memory of the mean gradient. Default 0.9. */
  readonly beta1?: number;
  /** Memory of the mean squared gradient. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean squared gradient. Default 1e-8. */
  readonly epsilon?: number;
}

export interface AdamSettings extends Moments {
  /** Coupled: l2 · params is added to the gradients. Default 0. */
  readonly l2?: number;
}

export interface AdamWSettings extends Moments {
  /** Decoupled: parameters shrink by learningRate · weightDecay a step. Default 0.01. */
  readonly weightDecay?: number;
}

/** Adam (Kingma and Ba 2015, algorithm 1). */
export const adam = ({ l2 = 0, ...moments }: AdamSettings = {}): Optimizer => make('adam', moments, { l2 });

/** AdamW (Loshchilov and Hutter 2019, algorithm 2). */
export const adamW = ({ weightDecay = 0.01, ...moments }: AdamWSettings = {}): Optimizer =>
  make('adamW', moments, { weightDecay });

function make(
  name: string,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: Moments,
  decay: Readonly<Record<string, number>>,
): Optimizer {
  const settings = { beta1, beta2, epsilon, ...decay };
  checkSettings(name, settings, ['beta1', 'beta2']);
  return defineOptimizer(name, settings, ['m', 'v'], ({ kernels, params, grads, memory, learningRate, step }) =>
    kernels.adam({ params, grads, m: memory.m, v: memory.v }, { learningRate, step, ...settings }),
  );
}
