import type { Info } from '../decisions/perspective.ts';
import type { AsyncEnv, Env, ResetOptions } from '../env/env.ts';
import { createSeeds } from '../env/seeds.ts';
import { callback, checkSettings, required } from '../settings.ts';
import { copierOf, copyOf } from '../spaces/copy.ts';
import type { Space } from '../spaces/index.ts';
import { type AnyEnv, wrap } from '../wrappers/wrap.ts';
import { digestOf } from './digest.ts';
import type { Recording } from './recording.ts';

/** What `recorder` takes. */
export interface RecorderOptions {
  /** Told each episode when it ends, or when a reset or `close` leaves it before that (both of its ends are false then). */
  onEpisode(recording: Recording): void;
}

/**
 * Records every episode: seed, options, actions, rewards, infos, and a digest of each observation. `replay` plays it again and says where something differs.
 * A step costs a digest and takes the memory of its action, 16 bytes, and its info; an episode that never ends is not for it.
 */
export function recorder<O extends Space, A extends Space>(env: Env<O, A>, options: RecorderOptions): Env<O, A>;
/** The same for an environment whose model is asynchronous. */
export function recorder<O extends Space, A extends Space>(
  env: AsyncEnv<O, A>,
  options: RecorderOptions,
): AsyncEnv<O, A>;
export function recorder<O extends Space, A extends Space>(env: AnyEnv<O, A>, options: RecorderOptions): AnyEnv<O, A> {
  checkSettings('recorder', options, { onEpisode: required(callback) });
  const copy = copierOf(env.actionSpace) ?? ((action: unknown) => action);
  const seeds = createSeeds();
  let episode: Episode | undefined;

  function leave(terminated: boolean, truncated: boolean): void {
    const left = episode;
    episode = undefined;
    if (left?.opened) options.onEpisode(recordingOf(env, left, terminated, truncated));
  }

  return wrap<O, A, O, A>(env, {
    // A seed where there is none, by the same rule as the environment's own, so that the recording has it.
    resetting(given) {
      leave(false, false);
      const seed = seeds.next(given.seed);
      episode = begin(seed, given.options);
      return { ...given, seed };
    },
    opened([observation, info]) {
      if (episode !== undefined) see(episode, observation, info);
      return [observation, info];
    },
    acting(action) {
      if (episode !== undefined) episode.acting = copy(action);
      return action;
    },
    advanced([observation, reward, terminated, truncated, info]) {
      if (episode !== undefined) {
        episode.actions.push(episode.acting);
        episode.rewards.push(reward);
        see(episode, observation, info);
        if (terminated || truncated) leave(terminated, truncated);
      }
      return [observation, reward, terminated, truncated, info];
    },
    closing: () => leave(false, false),
  });
}

/** An episode so far. */
interface Episode {
  readonly seed: number;
  readonly options: unknown;
  /** The reset has come back. */
  opened: boolean;
  /** The action of a step that has not come back. */
  acting: unknown;
  readonly actions: unknown[];
  readonly rewards: number[];
  readonly observations: number[];
  readonly infos: [step: number, info: unknown][];
}

const begin = (seed: number, options: ResetOptions['options']): Episode => ({
  seed,
  options: copyOf(options) ?? null,
  opened: false,
  acting: undefined,
  actions: [],
  rewards: [],
  observations: [],
  infos: [],
});

function see(episode: Episode, observation: unknown, info: Info): void {
  episode.opened = true;
  episode.observations.push(...digestOf(observation));
  if (Object.keys(info).length > 0) episode.infos.push([episode.actions.length, copyOf(info)]);
}

function recordingOf(env: AnyEnv, episode: Episode, terminated: boolean, truncated: boolean): Recording {
  const { seed, options, actions, rewards, observations, infos } = episode;
  return {
    env: env.spec.id,
    observationSpace: env.observationSpace.toJSON(),
    actionSpace: env.actionSpace.toJSON(),
    seed,
    options,
    actions,
    rewards: Float64Array.from(rewards),
    observations: Uint32Array.from(observations),
    infos,
    terminated,
    truncated,
  };
}
