import type { Info } from '../decisions/perspective.ts';
import type { Env, EnvSpec, Frame } from '../env/env.ts';
import type { SplitEnv } from '../env/generate-env.ts';
import { checkSeed } from '../random.ts';
import type { Space, Value } from '../spaces/index.ts';
import { batch, batchSpace, elementOf } from './batch.ts';

/**
 * What happens to an environment whose episode has ended: Gymnasium's modes. `next-step`: its next step ignores the action and resets it.
 * `same-step`: it is reset at once, and the last observation and info are `final_obs` and `final_info` of its info. `disabled`: its caller
 * resets it, by `resetMask`.
 */
export type Autoreset = 'next-step' | 'same-step' | 'disabled';

export interface VectorResetOptions {
  /** Of the first environment; the others get the numbers after it. Or one for each, undefined where chance goes on. */
  readonly seed?: number | readonly (number | undefined)[];
  readonly options?: unknown;
  /** Which environments to reset; default all. */
  readonly resetMask?: readonly boolean[];
}

/** Several environments of one kind, stepped together. */
export interface VectorEnv<O extends Space = Space, A extends Space = Space> {
  readonly numEnvs: number;
  /** Of each of them. */
  readonly spec: EnvSpec;
  readonly singleObservationSpace: O;
  readonly singleActionSpace: A;
  /** The spaces of batches. */
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /**
   * Where environments throw, the others are reset all the same, and then the first error is thrown.
   * @throws RangeError for a number that is no seed, or another number of seeds or mask entries than of environments, before any
   *   environment is reset; what an environment throws
   */
  reset(options?: VectorResetOptions): [observations: unknown, infos: readonly Info[]];
  /**
   * Where environments throw, the others take their steps all the same, and then the first error is thrown.
   * @param actions an element of `actionSpace`
   * @throws RangeError for other actions, before any environment has acted; what an environment throws
   */
  step(
    actions: unknown,
  ): [
    observations: unknown,
    rewards: Float64Array,
    terminations: Uint8Array,
    truncations: Uint8Array,
    infos: readonly Info[],
  ];
  render(): readonly (Frame | undefined)[];
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
  const batchedActions = batchSpace(actionSpace, envs.length);
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
    actionSpace: batchedActions,
    spec: first.spec,

    reset({ seed, options, resetMask } = {}) {
      const seeds = typeof seed === 'number' ? envs.map((_, i) => seed + i) : seed;
      if (seeds !== undefined) checkCount('seeds', seeds, envs);
      if (resetMask !== undefined) checkCount('entries of the mask', resetMask, envs);
      for (const one of seeds ?? []) if (one !== undefined) checkSeed(one);
      const infos = doAll(envs, (_, i): Info => {
        if (resetMask !== undefined && !resetMask[i]) return {};
        const own = seeds?.[i];
        return resetOne(i, { ...(own !== undefined && { seed: own }), options });
      });
      return [batch(observationSpace, observations), infos];
    },

    step(actions) {
      const violation = batchedActions.violation(actions);
      if (violation !== undefined) {
        throw new RangeError(`sim-env: ${first.spec.id}: the actions are outside their space: ${violation}`);
      }
      const rewards = new Float64Array(envs.length);
      const [terminations, truncations] = [new Uint8Array(envs.length), new Uint8Array(envs.length)];
      const resets = ended.map((over) => over && autoreset === 'next-step');
      const receivers = envs.map((env, i) =>
        resets[i] ? undefined : stepLater(env, elementOf(actionSpace, actions, i)),
      );
      const infos = doAll(receivers, (receive, i): Info => {
        if (receive === undefined) return resetOne(i, {});
        const [observation, reward, terminated, truncated, info] = receive();
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

    render: () => envs.map((env) => env.render()),

    close() {
      doAll(envs, (env) => env.close());
    },
  };
}

/** Does all of them, then throws the first error: none is left half-way. */
function doAll<T, R>(items: readonly T[], work: (item: T, i: number) => R): R[] {
  const errors: unknown[] = [];
  const results = items.map((item, i) => {
    try {
      return work(item, i);
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  });
  if (errors.length > 0) throw errors[0];
  return results as R[];
}

/** The second half of a step, whose first half is done where the environment runs by itself; it throws what either half does. */
function stepLater<O extends Space, A extends Space>(
  env: Env<O, A>,
  action: Value<A>,
): () => ReturnType<Env<O, A>['step']> {
  if (!('send' in env)) return () => env.step(action);
  const split = env as SplitEnv<O, A>;
  try {
    split.send(action);
  } catch (error) {
    return () => {
      throw error;
    };
  }
  return () => split.receive();
}

function checkCount(what: string, given: readonly unknown[], envs: readonly unknown[]): void {
  if (given.length === envs.length) return;
  throw new RangeError(`sim-env: vectorEnv: there are ${given.length} ${what}, but ${envs.length} environments`);
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
