import { type Controller, checkFiniteSettings, errorOf, sigma } from './controller.ts';

export interface PositionalPISettings {
  /** K_p, the weight of the proportional part, 0 or more; by default 0.01. */
  readonly kp?: number;
  /** K_i, the weight of the integral part, above 0; by default 0.001. */
  readonly ki?: number;
  /** β_min, by default 0. */
  readonly minBeta?: number;
  /** β_max, by default 100. */
  readonly maxBeta?: number;
}

export interface PositionalPIState {
  /** The β to use: β(t), kept within [β_min, β_max]. */
  readonly beta: number;
  /** −K_i Σ e(j). */
  readonly integral: number;
}

/**
 * ControlVAE's controller: a positional PI, which sets β anew at every step,
 *
 *     β(t) = K_p · σ(e(t)) − K_i Σ_j e(j) + β_min
 *
 * with e(t) = C(t) − KL(t), of the step's own KL divergence (arXiv 2004.05988). The sum is frozen where β is outside
 * [β_min, β_max] and the error would take it further out; errors that bring it back count. (Frozen for those as well, β would
 * stay out for good: the proportional part alone spans no more than K_p.)
 *
 * @throws where a setting is out of its range; the message says what K_i of the wrong sign would do.
 */
export function positionalPI(settings: PositionalPISettings = {}): Controller<PositionalPIState> {
  const { kp = 0.01, ki = 0.001, minBeta = 0, maxBeta = 100 } = settings;
  checkSettings({ kp, ki, minBeta, maxBeta });
  return {
    start: { beta: minBeta, integral: 0 },
    step({ integral }, feedback) {
      const error = errorOf(feedback);
      const proportional = kp * sigma(error) + minBeta;
      const next = integral - ki * error;
      const isOut = proportional + next > maxBeta ? error < 0 : proportional + next < minBeta && error > 0;
      const kept = isOut ? integral : next;
      return { beta: Math.min(Math.max(proportional + kept, minBeta), maxBeta), integral: kept };
    },
  };
}

function checkSettings(settings: Required<PositionalPISettings>): void {
  checkFiniteSettings({ ...settings });
  const { kp, ki, minBeta, maxBeta } = settings;
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
  if (minBeta < 0 || maxBeta <= minBeta) {
    throw new Error(`dynamic-vae: beta is kept within [${minBeta}, ${maxBeta}]; 0 ≤ least < largest is needed`);
  }
}
