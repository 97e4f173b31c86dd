import { checkSettings, finite } from '@unbraid/checks';
import * as z from 'zod';
import { decay, defineOptimizer, type Optimizer, share } from './optimizer.ts';

interface Moments {
  /** Memory of the mean gradient. Default 0.9. */
  readonly beta1?: number;
  /** Memory of the mean squared gradient. Default 0.999. */
  readonly beta2?: number;
  /** Above 0, added to the root of the mean squared gradient. Default 1e-8. */
  readonly epsilon?: number;
}

/** Settings of Adam. */
export interface AdamSettings extends Moments {
  /** Coupled: l2 · params is added to the gradients. Default 0. */
  readonly l2?: number;
}

/** Settings of AdamW. */
export interface AdamWSettings extends Moments {
  /** Decoupled: parameters shrink by learningRate · weightDecay a step. Default 0.01. */
  readonly weightDecay?: number;
}

const moments = z.object({
  beta1: share().default(0.9),
  beta2: share().default(0.999),
  // With 0 an entry whose gradients are all 0 would move by 0/0.
  epsilon: finite({ above: 0 }).default(1e-8),
});

const adamSchema = moments.extend({ l2: decay().default(0) });
const adamWSchema = moments.extend({ weightDecay: decay().default(0.01) });

/**
 * Adam (Kingma and Ba 2015, algorithm 1).
 * @throws {InputError} in one line, for settings that are unknown or out of range
 */
export const adam = (options: AdamSettings = {}): Optimizer =>
  make('adam', checkSettings('nn: adam', adamSchema, options));

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2).
 * @throws {InputError} in one line, for settings that are unknown or out of range
 */
export const adamW = (options: AdamWSettings = {}): Optimizer =>
  make('adamW', checkSettings('nn: adamW', adamWSchema, options));

function make(name: string, settings: z.output<typeof adamSchema> | z.output<typeof adamWSchema>): Optimizer {
  return defineOptimizer(name, settings, ['m', 'v'], ({ kernels, params, grads, memory, learningRate, step }) =>
    kernels.adam({ params, grads, m: memory.m, v: memory.v }, { learningRate, step, ...settings }),
  );
}
