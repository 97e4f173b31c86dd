import type { Info } from '../decisions/perspective.ts';
import type { AsyncEnv, Env, ResetResult, StepResult } from '../env/env.ts';
import type { StatefulEnv } from '../env/generate-env.ts';
import { createSeeds } from '../env/seeds.ts';
import { EnvError } from '../env-error.ts';
import { checkSettings, positiveInteger } from '../settings.ts';
import { copierOf, copyOf } from '../spaces/copy.ts';
import type { Space, Value } from '../spaces/index.ts';
import { whenDone } from '../wrappers/when-done.ts';
import { type AnyEnv, wrap } from '../wrappers/wrap.ts';
import { digestOf, sameDigest } from './digest.ts';
import { drive } from './drive.ts';
import type { EnvSnapshot } from './snapshot.ts';

/** What an environment can do whose place can be kept and gone back to. */
export interface Snapshots<R> {
  /** Where the environment stands. @throws EnvError `state`, before the first reset and after an error; `limit`, after more actions than are kept */
  snapshot(): EnvSnapshot;
  /**
   * Goes there, in this environment or in another that is made in the same way: gives the observation and the info of that place. From there the same actions give
   * the same course, and resets without a seed the same episodes.
   *
   * @throws EnvError `data`, for a snapshot of another environment; `model`, where the model doesn't come to the same observation, since chance in it follows from
   *   something besides its seed, or its `restore` doesn't bring all of it back
   */
  restore(snapshot: EnvSnapshot): R;
}

/** What `withSnapshots` takes. */
export interface SnapshotOptions {
  /** Of an episode that is restored by replay; after more there are no snapshots until the next reset. Default 1,000,000. */
  readonly maxActions?: number;
}

/**
 * An environment with `snapshot` and `restore`.
 *
 * Where the environment is `generateEnv`'s own, without wrappers and without a thread, and its simulation has `snapshot` and `restore`, they are by the model's state:
 * at once, however long the episode. Any other, deterministic as every environment is by its seed, is brought there by replay: a reset by the same seed and all
 * actions since, which takes the time that these took, and keeps every action. So wrappers and threads come to the same place too; what wrappers gather over several
 * episodes, such as `normalizeObservation`, is not brought back, and an observation that differs for it is refused.
 */
export function withSnapshots<O extends Space, A extends Space>(
  env: Env<O, A>,
  options?: SnapshotOptions,
): Env<O, A> & Snapshots<ResetResult<Value<O>>>;
/** The same for an environment whose model is asynchronous. */
export function withSnapshots<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  options?: SnapshotOptions,
): AsyncEnv<O, A> & Snapshots<Promise<ResetResult<Value<O>>>>;
export function withSnapshots(env: AnyEnv, options: SnapshotOptions = {}): unknown {
  checkSettings('withSnapshots', options, { maxActions: positiveInteger });
  const { maxActions = 1_000_000 } = options;
  const stateful = 'capture' in env ? (env as StatefulEnv) : undefined;
  const seeds = createSeeds();
  const copy = copierOf(env.actionSpace) ?? ((action: unknown) => action);
  // Whoever got an observation may write to it.
  const keep = copierOf(env.observationSpace) ?? ((observation: unknown) => observation);
  const { id } = env.spec;
  let [seed, resetOptions]: [number, unknown] = [0, undefined];
  let actions: unknown[] = [];
  let acting: unknown;
  /** What the environment shows; undefined where it shows nothing. */
  let shown: { readonly observation: unknown; readonly info: Info; readonly ended: boolean } | undefined;

  const watched = wrap(env, {
    resetting(given) {
      shown = undefined;
      actions = [];
      seed = seeds.next(given.seed);
      resetOptions = copyOf(given.options);
      return { ...given, seed };
    },
    opened([observation, info]) {
      shown = { observation: keep(observation), info, ended: false };
      return [observation, info];
    },
    acting(action) {
      if (shown?.ended) throw new EnvError('state', `sim-env: ${id}: step after the end of the episode; call reset`);
      acting = stateful === undefined ? copy(action) : undefined;
      return action;
    },
    advanced([observation, reward, terminated, truncated, info]) {
      if (stateful === undefined && actions.length <= maxActions) actions.push(acting);
      shown = { observation: keep(observation), info, ended: terminated || truncated };
      return [observation, reward, terminated, truncated, info];
    },
  });

  function snapshot(): EnvSnapshot {
    if (shown === undefined)
      throw new EnvError('state', `sim-env: ${id}: snapshot before a reset, or after one that failed`);
    const { observation, info, ended } = shown;
    const how = ended ? 'ended' : stateful === undefined ? 'replay' : 'state';
    if (how === 'replay' && actions.length > maxActions) {
      throw new EnvError(
        'limit',
        `sim-env: ${id}: snapshot after more than ${maxActions} steps, which is what is kept of them; see maxActions`,
      );
    }
    return copyOf({
      env: id,
      how,
      seeds: seeds.place,
      seed,
      options: resetOptions ?? null,
      actions: how === 'replay' ? actions : [],
      state: how === 'state' ? stateful!.capture() : null,
      observation,
      info,
    });
  }

  /** To the place of the snapshot, whatever environment of either kind it is in. */
  function* course(given: EnvSnapshot): Generator<unknown, ResetResult<unknown>, never> {
    shown = undefined;
    if (given.how === 'ended') return [copyOf(given.observation), copyOf(given.info) as Info];
    if (given.how === 'state') {
      if (stateful === undefined) throw fitsNot(id, 'it is by a model’s state, which is not to be had here');
      return (yield stateful.recall(given.state as never)) as ResetResult<unknown>;
    }
    const [first, firstInfo] = (yield env.reset({
      seed: given.seed,
      options: given.options ?? undefined,
    })) as ResetResult<unknown>;
    let result: ResetResult<unknown> = [first, firstInfo];
    for (const [i, action] of given.actions.entries()) {
      const [observation, , terminated, truncated, info] = (yield env.step(
        copy(action) as never,
      )) as StepResult<unknown>;
      if (terminated || truncated)
        throw isOther(id, `the episode ended after ${i + 1} of ${given.actions.length} steps`);
      result = [observation, info];
    }
    return result;
  }

  function restore(given: EnvSnapshot): unknown {
    if (given.env !== id) throw fitsNot(id, `it is of ${given.env}`);
    const observed = digestOf(given.observation);
    return whenDone(drive(course(given)), ([observation, info]): ResetResult<unknown> => {
      if (!sameDigest(digestOf(observation), observed)) throw isOther(id, 'another observation is there');
      seeds.goTo(given.seeds);
      [seed, resetOptions] = [given.seed, copyOf(given.options) ?? undefined];
      actions = [...given.actions];
      shown = { observation: keep(observation), info, ended: given.how === 'ended' };
      return [observation, info];
    });
  }

  return { ...watched, snapshot, restore };
}

const fitsNot = (id: string, what: string) =>
  new EnvError('data', `sim-env: ${id}: the snapshot can't be restored here: ${what}`);

const isOther = (id: string, what: string) =>
  new EnvError(
    'model',
    `sim-env: ${id}: the snapshot could not be restored: ${what}; its course has to follow from seed and actions alone, and a model's restore has to bring back all of it`,
  );
