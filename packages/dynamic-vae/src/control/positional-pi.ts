import { checkSettings, finite, InputError } from '@unbraid/checks';
import * as z from 'zod';
import { type Controller, errorOf, kpSetting, sigma } from './controller.ts';

/** Settings of ControlVAE's controller. */
export interface PositionalPISettings {
  /** K_p, the weight of the proportional part, 0 or more; by default 0.01. */
  readonly kp?: number;
  /** K_i, the weight of the integral part, above 0; by default 0.001. */
  readonly ki?: number;
  /** β_min; by default 1, which the authors take for dSprites (0 for generating images and text). */
  readonly minBeta?: number;
  /** β_max; by default none, as in the authors' code for dSprites. */
  readonly maxBeta?: number;
}

/** What ControlVAE's controller remembers of the steps before; plain JSON. */
export interface PositionalPIState {
  /** The β to use: β(t), kept within [β_min, β_max]. */
  readonly beta: number;
  /** β(t) itself, by which the next step decides whether the sum rests. */
  readonly unclamped: number;
  /** −K_i Σ e(j). */
  readonly integral: number;
}

/**
 * ControlVAE's controller: a positional PI, which sets β anew at every step,
 *
 *     β(t) = K_p · σ(e(t)) − K_i Σ_j e(j) + β_min
 *
 * with e(t) = C(t) − KL(t), of the step's own KL divergence (arXiv 2004.05988, algorithm 1). As there, and in the authors' code for
 * dSprites, the sum rests while β(t − 1) < β_min, whatever the error is. So a single error above K_p / K_i (10 nats), which takes the
 * sum below −K_p, leaves β at β_min for good: let the set point begin near the KL divergence, as annealing does. Above β_max the
 * sum rests as well, but errors that lower it count: algorithm 1 rests for those, too, and would never come back, since the
 * proportional part spans no more than K_p.
 *
 * @throws {InputError} where a setting is unknown or out of its range; the message says what K_i of the wrong sign would do.
 */
export function positionalPI(settings: PositionalPISettings = {}): Controller<PositionalPIState> {
  const { kp, ki, minBeta, maxBeta = Number.POSITIVE_INFINITY } = checked(settings);
  return {
    start: { beta: minBeta, unclamped: minBeta, integral: 0 },
    step(state, feedback) {
      const error = errorOf(feedback);
      const rests = state.unclamped < minBeta || (state.unclamped > maxBeta && error < 0);
      const integral = rests ? state.integral : state.integral - ki * error;
      const unclamped = kp * sigma(error) + integral + minBeta;
      return { beta: Math.min(Math.max(unclamped, minBeta), maxBeta), unclamped, integral };
    },
  };
}

const schema = z.object({
  kp: kpSetting(),
  ki: finite().default(0.001),
  minBeta: finite({ min: 0 }).default(1),
  maxBeta: finite({ min: 0 }).optional(),
});

function checked(given: PositionalPISettings): z.output<typeof schema> {
  const settings = checkSettings('dynamic-vae: positionalPI', schema, given);
  const { ki, minBeta, maxBeta } = settings;
  if (ki <= 0) {
    throw new InputError(
      'setting',
      `dynamic-vae: the positional K_i is ${ki}; it must be positive (the incremental one is negative): otherwise beta would not rise while the KL divergence is above its set point`,
    );
  }
  if (maxBeta !== undefined && maxBeta <= minBeta) {
    throw new InputError(
      'setting',
      `dynamic-vae: beta is kept within [${minBeta}, ${maxBeta}]; the largest must be above the least`,
    );
  }
  return settings;
}
