import { type Controller, checkFiniteSettings, errorOf, sigma } from './controller.ts';

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
 * @throws where a setting is out of its range; the message says what K_i of the wrong sign would do.
 */
export function positionalPI(settings: PositionalPISettings = {}): Controller<PositionalPIState> {
  const { kp = 0.01, ki = 0.001, minBeta = 1, maxBeta = Number.POSITIVE_INFINITY } = settings;
  checkSettings({ kp, ki, minBeta, maxBeta });
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

function checkSettings({ kp, ki, minBeta, maxBeta }: Required<PositionalPISettings>): void {
  checkFiniteSettings({ kp, ki, minBeta });
  if (ki <= 0) {
    throw new Error(
      `dynamic-vae: the positional K_i is ${ki}; it must be positive (the incremental one is negative): otherwise beta would not rise while the KL divergence is above its set point`,
    );
  }
  if (kp < 0) {
    throw new Error(
      `dynamic-vae: K_p is ${kp}; it must be 0 or more: a negative one would lower beta as the KL divergence rises`,
    );
  }
  if (!(minBeta >= 0 && maxBeta > minBeta)) {
    throw new Error(`dynamic-vae: beta is kept within [${minBeta}, ${maxBeta}]; 0 ≤ least < largest is needed`);
  }
}
