import { checkSettings, finite, InputError } from '@unbraid/checks';
import * as z from 'zod';
import { type Controller, errorOf, kpSetting, sigma } from './controller.ts';

/** Settings of DynamicVAE's controller. */
export interface IncrementalPISettings {
  /** K_p, the weight of the proportional part, 0 or more; by default 0.01. */
  readonly kp?: number;
  /** K_i, the weight of the integral part, below 0; by default −0.005. */
  readonly ki?: number;
  /** β(0); the paper takes 50 for dSprites and 100 for MNIST. By default 50. */
  readonly initialBeta?: number;
  /** β_min, the least β that is used; by default 0.1. */
  readonly minBeta?: number;
}

/** What DynamicVAE's controller remembers of the steps before; plain JSON. */
export interface IncrementalPIState {
  /** The β to use: max(β(t), β_min). */
  readonly beta: number;
  /** β(t) itself, which the next step starts from. */
  readonly unclamped: number;
  /** e(t); e(0) = 0. */
  readonly error: number;
}

/**
 * DynamicVAE's controller: an incremental PI, which moves β from where it is instead of setting it,
 *
 *     dP = K_p · (σ(e(t)) − σ(e(t−1))),   dI = K_i · e(t),   dI = 0 while β(t−1) < β_min
 *     β(t) = β(t−1) + dP + dI
 *
 * with e(t) = C(t) − y(t) and σ(e) = 1 / (1 + exp(e)); y(t) is the mean of the last KL divergences (`movingAverage`, 5 of them in
 * the paper). As in the authors' code β(t) is carried on unclamped. Starting large and moving by differences is what lets β rise
 * and fall without the jump of `positionalPI`. (arXiv 2009.06795.)
 *
 * @throws {InputError} where a setting is unknown or out of its range; the message says what K_i of the wrong sign would do.
 */
export function incrementalPI(settings: IncrementalPISettings = {}): Controller<IncrementalPIState> {
  const { kp, ki, initialBeta, minBeta } = checked(settings);
  return {
    start: { beta: initialBeta, unclamped: initialBeta, error: 0 },
    step(state, feedback) {
      const error = errorOf(feedback);
      const dP = kp * (sigma(error) - sigma(state.error));
      const dI = state.unclamped < minBeta ? 0 : ki * error;
      const unclamped = state.unclamped + dP + dI;
      return { beta: Math.max(unclamped, minBeta), unclamped, error };
    },
  };
}

const schema = z.object({
  kp: kpSetting(),
  ki: finite().default(-0.005),
  initialBeta: finite({ min: 0 }).default(50),
  minBeta: finite({ min: 0 }).default(0.1),
});

function checked(given: IncrementalPISettings): z.output<typeof schema> {
  const settings = checkSettings('dynamic-vae: incrementalPI', schema, given);
  const { ki, initialBeta, minBeta } = settings;
  if (ki >= 0) {
    throw new InputError(
      'setting',
      ki === 0
        ? 'dynamic-vae: the incremental K_i is 0; it must be negative, or beta would hardly move and the KL divergence never reach its set point'
        : `dynamic-vae: the incremental K_i is ${ki}; it must be negative: a positive one would lower beta while the KL divergence is above its set point, and drive it further away`,
    );
  }
  if (initialBeta < minBeta) {
    throw new InputError(
      'setting',
      `dynamic-vae: beta starts at ${initialBeta}, below the least beta of ${minBeta}; start at that or above`,
    );
  }
  return settings;
}
