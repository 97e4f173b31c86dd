import type { Info } from '@unbraid/sim-env';
import type { Distribution } from '../distributions/distribution.ts';
import { ACTION_MASK, writeActionMask } from '../spaces/action-mask.ts';
import type { Episodes } from '../training/episodes.ts';
import type { ReplayBuffer, ReplayStep, ReplayWidths } from './replay-buffer.ts';

/** Environments whose steps go to a buffer. */
export interface ReplayCollector {
  /** Rows of actions, as the distribution has them: written before `step`. */
  readonly actions: Float32Array;
  /** Observations now, a row for each environment. */
  readonly observations: Float32Array;
  /** The choices that there are now, a row for each environment; undefined where nothing is masked. */
  masks(): Uint8Array | undefined;
  /** Acts in all environments, and keeps what happened. @throws {InputError} `data`, for a mask that doesn't fit; `not-finite`, for observations and rewards that aren't */
  step(): void;
}

/** Episodes whose steps go to `replay`. */
export function replayCollector(
  episodes: Episodes,
  { choices, actionSize }: Distribution,
  replay: ReplayBuffer,
  { inputs, maskSize }: ReplayWidths,
): ReplayCollector {
  const { count } = episodes;
  const actions = new Float32Array(count * actionSize);
  const masks = new Uint8Array(count * maskSize);
  const kept = {
    observations: new Float32Array(count * inputs),
    actions,
    rewards: new Float32Array(count),
    nextObservations: new Float32Array(count * inputs),
    nextMasks: new Uint8Array(count * maskSize),
    terminated: new Uint8Array(count),
    ended: new Uint8Array(count),
  } satisfies ReplayStep;
  const readMask = (info: Info, out: Uint8Array, i: number) =>
    writeActionMask(info[ACTION_MASK], choices, out, i * maskSize);

  return {
    actions,
    get observations() {
      return episodes.observations;
    },
    masks() {
      if (maskSize === 0) return undefined;
      for (let i = 0; i < count; i++) readMask(episodes.infos[i]!, masks, i);
      return masks;
    },
    step() {
      kept.observations.set(episodes.observations);
      const outcomes = episodes.step(actions);
      kept.nextObservations.set(episodes.observations);
      for (const [i, { reward, terminated, truncated, info }] of outcomes.entries()) {
        const ended = terminated || truncated;
        kept.rewards[i] = reward;
        kept.terminated[i] = Number(terminated);
        kept.ended[i] = Number(ended);
        if (ended) kept.nextObservations.set(episodes.finals.subarray(i * inputs, (i + 1) * inputs), i * inputs);
        // Nothing is chosen where the episode has terminated, so its mask may allow nothing.
        if (maskSize > 0) readMask(terminated ? {} : info, kept.nextMasks, i);
      }
      replay.add(kept);
    },
  };
}
