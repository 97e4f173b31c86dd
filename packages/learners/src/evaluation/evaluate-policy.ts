import { callback, checkSettings, count, flag, having, integer } from '@unbraid/checks';
import type { AsyncEnv, Env, Info, Space, Value } from '@unbraid/sim-env';
import * as z from 'zod';
import type { ActOptions } from '../policy/policy.ts';
import { ACTION_MASK, type ActionMask } from '../spaces/action-mask.ts';

/** Anything that acts, such as a `Policy`. */
export interface Actor<O extends Space = Space, A extends Space = Space> {
  act(observation: Value<O>, options?: ActOptions): Value<A>;
}

/** How a policy is evaluated. */
export interface EvaluateOptions {
  /** Default 10. */
  readonly episodes?: number;
  /** The first episode's seed; the others have the numbers after it. Default 0. */
  readonly seed?: number;
  /** Whether it takes the likeliest actions, and not drawn ones. Default true. */
  readonly deterministic?: boolean;
  /** Options for the environment's reset, of each episode, counted from 0: such as a state to begin with. */
  readonly resetOptions?: (episode: number) => unknown;
  readonly signal?: AbortSignal;
}

/** Returns of episodes. */
export interface Evaluation {
  /** Of the returns. */
  readonly mean: number;
  /** Standard deviation of the returns, of the population, as Stable-Baselines3's. */
  readonly std: number;
  /** Sum of the rewards of each episode. */
  readonly returns: Float64Array;
  /** Steps of each episode. */
  readonly lengths: Int32Array;
}

const schema = z.object({
  episodes: count().default(10),
  seed: integer({ min: 0 }).default(0),
  deterministic: flag().default(true),
  resetOptions: callback<NonNullable<EvaluateOptions['resetOptions']>>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
});

/**
 * Plays whole episodes, each from a seed of its own, so that policies are compared on the same ones. Where infos have an `action_mask`, the policy gets it.
 * @throws {InputError} for options that are unknown or out of range; the signal's reason; what the environment throws
 */
export async function evaluatePolicy<O extends Space, A extends Space>(
  policy: Actor<O, A>,
  env: Env<O, A> | AsyncEnv<O, A>,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const checked = checkSettings('learners: evaluatePolicy', schema, options);
  const { episodes, seed, deterministic, resetOptions, signal } = checked;
  const returns = new Float64Array(episodes);
  const lengths = new Int32Array(episodes);
  const maskOf = (info: Info) => info[ACTION_MASK] as ActionMask | undefined;
  for (let episode = 0; episode < episodes; episode++) {
    let [observation, info] = await env.reset({ seed: seed + episode, options: resetOptions?.(episode) });
    for (let over = false; !over; ) {
      signal?.throwIfAborted();
      const action = policy.act(observation, { deterministic, actionMask: maskOf(info) });
      const stepped = env.step(action);
      const [next, reward, terminated, truncated, then] = stepped instanceof Promise ? await stepped : stepped;
      returns[episode]! += reward;
      lengths[episode]!++;
      over = terminated || truncated;
      [observation, info] = [next, then];
    }
  }
  const mean = returns.reduce((sum, each) => sum + each, 0) / episodes;
  const variance = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / episodes;
  return { mean, std: Math.sqrt(variance), returns, lengths };
}
