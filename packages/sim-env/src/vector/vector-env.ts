import type { Info } from '../decisions/perspective.ts';
import type { Env } from '../env/env.ts';
import type { SplitEnv } from '../env/generate-env.ts';
import type { Space, Value } from '../spaces/index.ts';
import { batch, batchSpace, elementOf } from './batch.ts';

/**
 * What happens to an environment whose episode has ended: Gymnasium's modes. `next-step`: its next step ignores the action and resets it.
 * `same-step`: it is reset at once, and the last observation and info are `final_obs` and `final_info` of its info. `disabled`: its caller
 * resets it, by `resetMask`.
 */
export type Autoreset = 'next-step' | 'same-step' | 'disabled';

export interface VectorResetOptions {
  /** Of the first environment; the others get the numbers after it. Or one for each. */
  readonly seed?: number | readonly number[];
  readonly options?: unknown;
  /** Which environments to reset; default all. */
  readonly resetMask?: readonly boolean[];
}

/** Several environments of one kind, stepped together. */
export interface VectorEnv<O extends Space = Space, A extends Space = Space> {
  readonly numEnvs: number;
  readonly singleObservationSpace: O;
  readonly singleActionSpace: A;
  /** The spaces of batches. */
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  reset(options?: VectorResetOptions): [observations: unknown, infos: readonly Info[]];
  /** `actions` is an element of `actionSpace`. */
  step(
    actions: unknown,
  ): [
    observations: unknown,
    rewards: Float64Array,
    terminations: Uint8Array,
    truncations: Uint8Array,
    infos: readonly Info[],
  ];
  close(): void;
}

/**
 * Environments that step together. Those with threads of their own, from `blocking()`, run at the same time: all get their actions
 * before any is waited for.
 *
 * @throws RangeError without environments, or where their spaces differ
 */
export function vectorEnv<O extends Space, A extends Space>(
  makers: readonly (() => Env<O, A>)[],
  { autoreset = 'next-step' }: { readonly autoreset?: Autoreset } = {},
): VectorEnv<O, A> {
  const envs = makers.map((make) => make());
  const first = checkAlike(envs);
  const { observationSpace, actionSpace } = first;
  const observations: unknown[] = envs.map(() => undefined);
  const ended = envs.map(() => false);

  function resetOne(i: number, options: Parameters<Env['reset']>[0]): Info {
    const [observation, info] = envs[i]!.reset(options);
    observations[i] = observation;
    ended[i] = false;
    return info;
  }

  return {
    numEnvs: envs.length,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    observationSpace: batchSpace(observationSpace, envs.length),
    actionSpace: batchSpace(actionSpace, envs.length),

    reset({ seed, options, resetMask } = {}) {
      const infos = envs.map((_, i): Info => {
        if (resetMask !== undefined && !resetMask[i]) return {};
        const own = typeof seed === 'number' ? seed + i : seed?.[i];
        return resetOne(i, { ...(own !== undefined && { seed: own }), options });
      });
      return [batch(observationSpace, observations), infos];
    },

    step(actions) {
      const rewards = new Float64Array(envs.length);
      const [terminations, truncations] = [new Uint8Array(envs.length), new Uint8Array(envs.length)];
      const resets = ended.map((over) => over && autoreset === 'next-step');
      const receivers = envs.map((env, i) =>
        resets[i] ? undefined : stepLater(env, elementOf(actionSpace, actions, i)),
      );
      // All are received before any error is thrown, so that none is left between the halves of its step.
      const results = receivers.map((receive) => receive && attempt(receive));
      const infos = results.map((result, i): Info => {
        if (result === undefined) return resetOne(i, {});
        const [observation, reward, terminated, truncated, info] = result();
        observations[i] = observation;
        rewards[i] = reward;
        terminations[i] = Number(terminated);
        truncations[i] = Number(truncated);
        ended[i] = terminated || truncated;
        if (!ended[i] || autoreset !== 'same-step') return info;
        return { ...resetOne(i, {}), final_obs: observation, final_info: info };
      });
      return [batch(observationSpace, observations), rewards, terminations, truncations, infos];
    },

    close() {
      for (const env of envs) env.close();
    },
  };
}

/** The second half of a step, whose first half is done where the environment runs by itself. */
function stepLater<O extends Space, A extends Space>(
  env: Env<O, A>,
  action: Value<A>,
): () => ReturnType<Env<O, A>['step']> {
  if (!('send' in env)) return () => env.step(action);
  const split = env as SplitEnv<O, A>;
  split.send(action);
  return () => split.receive();
}

/** Does the work now; the error, if there was one, comes when the result is asked for. */
function attempt<T>(work: () => T): () => T {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function checkAlike<O extends Space, A extends Space>(envs: readonly Env<O, A>[]): Env<O, A> {
  const [first] = envs;
  if (first === undefined) throw new RangeError('sim-env: vectorEnv: there are no environments');
  const spacesOf = (env: Env<O, A>) => JSON.stringify([env.observationSpace, env.actionSpace]);
  const other = envs.findIndex((env) => spacesOf(env) !== spacesOf(first));
  if (other >= 0)
    throw new RangeError(`sim-env: vectorEnv: the spaces of environment ${other} differ from those of the first`);
  return first;
}
