/** Rewards and values of a rollout: rows of environments, step after step. */
export interface RolloutValues {
  /** `[steps × environments]`. Where an episode was truncated, with the discounted value of its last observation in it. */
  readonly rewards: Float32Array;
  /** Of the observations that were acted on: `[steps × environments]`. */
  readonly values: Float32Array;
  /** 1 where the episode ended with that step: `[steps × environments]`. */
  readonly ended: Uint8Array;
  /** Of the observations after the last step: `[environments]`. */
  readonly lastValues: Float32Array;
}

/**
 * Generalized advantage estimates (Schulman et al. 2016, equation 16): Â_t = δ_t + γ λ Â_{t+1}, with δ_t = r_t + γ V(s_{t+1}) − V(s_t), both without what comes after an
 * episode's end. Written to `advantages`, in float32 as Stable-Baselines3's.
 * @param discount γ
 * @param lambda λ
 */
export function generalizedAdvantages(
  { rewards, values, ended, lastValues }: RolloutValues,
  discount: number,
  lambda: number,
  advantages: Float32Array,
): void {
  const environments = lastValues.length;
  const [after, next] = [new Float64Array(environments), Float64Array.from(lastValues)];
  for (let at = rewards.length - 1; at >= 0; at--) {
    const e = at % environments;
    const goesOn = 1 - ended[at]!;
    const delta = rewards[at]! + discount * next[e]! * goesOn - values[at]!;
    after[e] = delta + discount * lambda * goesOn * after[e]!;
    advantages[at] = after[e]!;
    next[e] = values[at]!;
  }
}
