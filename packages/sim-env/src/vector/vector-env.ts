import type { Info } from '../decisions/perspective.ts';
import type { Env, EnvSpec, Frame } from '../env/env.ts';
import type { SplitEnv } from '../env/generate-env.ts';
import { EnvError } from '../env-error.ts';
import { checkSeed } from '../random.ts';
import { anything, checkSettings, list, oneOf } from '../settings.ts';
import { acceptorOf } from '../spaces/accept.ts';
import { batch, batchSpace, elementOf } from '../spaces/batch.ts';
import { copierOf, copyOf } from '../spaces/copy.ts';
import type { Space, Value } from '../spaces/index.ts';
import { errorInfo, isOwnFault, type OnError } from './recovery.ts';
import { type Failure, VectorError, type VectorResults } from './vector-error.ts';

/**
 * What happens to an environment whose episode has ended: Gymnasium's modes. `next-step`: its next step ignores the action and resets it.
 * `same-step`: it is reset at once, and the last observation and info are `final_obs` and `final_info` of its info. `disabled`: its caller
 * resets it, by `resetMask`.
 */
export type Autoreset = 'next-step' | 'same-step' | 'disabled';

/** How episodes of several environments begin. */
export interface VectorResetOptions {
  /** Of the first environment; the others get the numbers after it. Or one for each, undefined where chance goes on. */
  readonly seed?: number | readonly (number | undefined)[];
  /** For all of them. */
  readonly options?: unknown;
  /** In place of `options`, one for each. */
  readonly optionsOfEach?: readonly unknown[];
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
   * Where environments throw, the others are reset all the same.
   * @throws EnvError for a number that is no seed, or another number of seeds or mask entries than of environments, before any
   *   environment is reset; VectorError, which says which environments threw and what (a single one's own error)
   */
  reset(options?: VectorResetOptions): [observations: unknown, infos: readonly Info[]];
  /**
   * Where environments throw, the others take their steps all the same, and the error has their results. After that nobody steps until those
   * that threw have been reset, all or by `resetMask`. With `onError: 'reset'` nobody throws but for what the caller did wrong: the episode is truncated
   * with its last observation and reward 0, `error` and `error_stack` of the info say why, and autoreset begins the next.
   * @param actions an element of `actionSpace`
   * @throws EnvError for other actions, before any environment has acted; VectorError, which says which environments threw and what
   *   (a single one's own error); Error where one of several has thrown and has not been reset
   */
  step(actions: unknown): VectorResults;
  render(): readonly (Frame | undefined)[];
  close(): void;
}

/** What `vectorEnv` takes. */
export interface VectorEnvOptions {
  /** Default `next-step`. */
  readonly autoreset?: Autoreset;
  /** Default `throw`. An error of a reset is thrown in any case. */
  readonly onError?: OnError;
}

const optionRules = { autoreset: oneOf('next-step', 'same-step', 'disabled'), onError: oneOf('throw', 'reset') };

/**
 * Environments that step together. Those with threads of their own, from `blocking()`, run at the same time: all get their actions
 * before any is waited for.
 *
 * @throws EnvError without environments, or where their spaces differ
 */
export function vectorEnv<O extends Space, A extends Space>(
  makers: readonly (() => Env<O, A>)[],
  options: VectorEnvOptions = {},
): VectorEnv<O, A> {
  checkSettings('vectorEnv', options, optionRules);
  const { autoreset = 'next-step', onError = 'throw' } = options;
  const envs = makeAll(makers);
  const first = checkAlike(envs);
  const { observationSpace, actionSpace } = first;
  const batchedActions = batchSpace(actionSpace, envs.length);
  const accept = acceptorOf(batchedActions, `${first.spec.id}: the actions are`);
  const copy = copierOf(observationSpace) ?? ((observation: unknown) => observation);
  const observations: unknown[] = envs.map(() => undefined);
  const ended = envs.map(() => false);
  /** What environments threw that have not been reset since. */
  const failures = new Map<number, unknown>();

  function resetOne(i: number, options: Parameters<Env['reset']>[0]): Info {
    const [observation, info] = envs[i]!.reset(options);
    observations[i] = observation;
    ended[i] = false;
    failures.delete(i);
    return info;
  }

  /** What a step gave; where an error is to end the episode, what stands for it. */
  function outcome(receive: () => ReturnType<Env<O, A>['step']>, i: number): ReturnType<Env<O, A>['step']> {
    try {
      return receive();
    } catch (error) {
      if (onError === 'throw' || !isOwnFault(error)) throw error;
      return [observations[i] as Value<O>, 0, false, true, errorInfo(error)];
    }
  }

  /** Does one thing with each environment; none is left half-way where another throws. */
  function forAll<T>(items: readonly T[], work: (item: T, i: number) => Info): { infos: Info[]; failed: Failure[] } {
    const failed: Failure[] = [];
    const infos = items.map((item, i) => {
      try {
        return work(item, i);
      } catch (error) {
        failures.set(i, error);
        failed.push({ environment: i, error });
        return {};
      }
    });
    return { infos, failed };
  }

  const batched = () => {
    const missing = observations.indexOf(undefined);
    if (missing < 0) return batch(observationSpace, observations);
    throw new EnvError(
      'state',
      `sim-env: ${first.spec.id}: environment ${missing} has not been reset yet; the first reset is of all`,
    );
  };

  /** Of several environments, an error says which it is from. */
  function throwAny(failed: readonly Failure[], results: () => VectorResults | undefined): void {
    if (failed.length === 0) return;
    if (envs.length === 1) throw failed[0]!.error;
    throw new VectorError(failed, results());
  }

  function checkNoneFailed(): void {
    const [failed] = failures;
    if (failed === undefined || envs.length === 1) return;
    const [i, error] = failed;
    const said = (error instanceof Error ? error.message : String(error)).replace(/^sim-env: /, '');
    throw new EnvError(
      'state',
      `sim-env: ${first.spec.id}: environment ${i} has failed (${said}) and waits for a reset, of all or by resetMask, before the next step`,
    );
  }

  return {
    numEnvs: envs.length,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    observationSpace: batchSpace(observationSpace, envs.length),
    actionSpace: batchedActions,
    spec: first.spec,

    reset(given = {}) {
      checkSettings(`${first.spec.id}: reset`, given, resetRules);
      const { seed, options, optionsOfEach, resetMask } = given;
      const seeds = typeof seed === 'number' ? envs.map((_, i) => seed + i) : seed;
      if (seeds !== undefined) checkCount('seeds', seeds, envs);
      if (optionsOfEach !== undefined) checkCount('options', optionsOfEach, envs);
      if (resetMask !== undefined) checkCount('entries of the mask', resetMask, envs);
      for (const one of seeds ?? []) if (one !== undefined) checkSeed(one);
      const { infos, failed } = forAll(envs, (_, i) => {
        if (resetMask !== undefined && !resetMask[i]) return {};
        const own = seeds?.[i];
        return resetOne(i, { ...(own !== undefined && { seed: own }), options: optionsOfEach?.[i] ?? options });
      });
      throwAny(failed, () => undefined);
      return [batched(), infos];
    },

    step(actions) {
      const accepted = accept(actions);
      checkNoneFailed();
      const rewards = new Float64Array(envs.length);
      const [terminations, truncations] = [new Uint8Array(envs.length), new Uint8Array(envs.length)];
      const resets = ended.map((over) => over && autoreset === 'next-step');
      const receivers = envs.map((env, i) =>
        resets[i] ? undefined : stepLater(env, elementOf(actionSpace, accepted, i)),
      );
      const { infos, failed } = forAll(receivers, (receive, i) => {
        if (receive === undefined) return resetOne(i, {});
        const [observation, reward, terminated, truncated, info] = outcome(receive, i);
        observations[i] = observation;
        rewards[i] = reward;
        terminations[i] = Number(terminated);
        truncations[i] = Number(truncated);
        ended[i] = terminated || truncated;
        if (!ended[i] || autoreset !== 'same-step') return info;
        // Copies, since the reset may write to the same arrays.
        const [final_obs, final_info] = [copy(observation), copyOf(info)];
        return { ...resetOne(i, {}), final_obs, final_info };
      });
      const results = (): VectorResults => [batched(), rewards, terminations, truncations, infos];
      throwAny(failed, () => (observations.includes(undefined) ? undefined : results()));
      return results();
    },

    render: () => envs.map((env) => env.render()),

    close() {
      closeAll(envs);
    },
  };
}

const resetRules = { seed: anything, options: anything, optionsOfEach: list, resetMask: list };

/** Closes all of them, then throws the first error. */
function closeAll(envs: readonly { close(): void }[]): void {
  const errors: unknown[] = [];
  for (const env of envs) {
    try {
      env.close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Where one cannot be made, those before it are closed. */
function makeAll<E extends { close(): void }>(makers: readonly (() => E)[]): E[] {
  const envs: E[] = [];
  try {
    for (const make of makers) envs.push(make());
    return envs;
  } catch (error) {
    closeAll(envs);
    throw error;
  }
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
  throw new EnvError('data', `sim-env: vectorEnv: there are ${given.length} ${what}, but ${envs.length} environments`);
}

function checkAlike<O extends Space, A extends Space>(envs: readonly Env<O, A>[]): Env<O, A> {
  const [first] = envs;
  if (first === undefined) throw new EnvError('setting', 'sim-env: vectorEnv: there are no environments');
  const twice = envs.findIndex((env, i) => envs.indexOf(env) !== i);
  if (twice >= 0)
    throw new EnvError('setting', `sim-env: vectorEnv: environment ${twice} is made twice; each needs one of its own`);
  const spacesOf = (env: Env<O, A>) => JSON.stringify([env.observationSpace, env.actionSpace]);
  const other = envs.findIndex((env) => spacesOf(env) !== spacesOf(first));
  if (other >= 0)
    throw new EnvError(
      'setting',
      `sim-env: vectorEnv: the spaces of environment ${other} differ from those of the first`,
    );
  return first;
}
