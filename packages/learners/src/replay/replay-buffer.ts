import { InputError } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import type { NamedNumbers, Stateful } from '../training/checkpointing.ts';

/** How wide the rows of a buffer are. */
export interface ReplayWidths {
  /** Numbers of an observation. */
  readonly inputs: number;
  /** Numbers of an action. */
  readonly actionSize: number;
  /** Choices of an action's mask; 0 where nothing is masked. */
  readonly maskSize: number;
}

/** What happened in a step of all environments: a row for each. */
export interface ReplayStep {
  /** That were acted on. */
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly rewards: ArrayLike<number>;
  /** That were shown then; where an episode ended, its last ones. */
  readonly nextObservations: Float32Array;
  /** Which choices there are then; empty where nothing is masked. */
  readonly nextMasks: Uint8Array;
  /** 1 where the episode ended by itself: nothing follows. */
  readonly terminated: ArrayLike<number>;
  /** 1 where the episode ended, by itself or by a limit, after which something would have followed. */
  readonly ended: ArrayLike<number>;
}

/** Rows of a buffer as a learner reads them, as many as `rewards` has room for. */
export interface ReplayBatch {
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  /** r, or of several steps r₀ + γ r₁ + … */
  readonly rewards: Float32Array;
  /** What the value of the next observation counts: γ to the number of steps, 0 where the episode has terminated. */
  readonly discounts: Float32Array;
  readonly nextObservations: Float32Array;
  /** Where choices are masked. */
  readonly nextMasks?: Float32Array | undefined;
}

/** How far a row looks ahead. */
export interface Horizon {
  /** Steps whose rewards are added, fewer where the episode ends before. */
  readonly steps: number;
  /** γ */
  readonly discount: number;
}

/** The latest steps of environments, in flat arrays. */
export interface ReplayBuffer extends Stateful {
  /** Rows that there is room for. */
  readonly capacity: number;
  /** Rows that there are. */
  readonly size: number;
  /** What it takes when it is full. */
  readonly bytes: number;
  /** Keeps a step, in the place of the oldest one where it is full. */
  add(step: ReplayStep): void;
  /** Writes rows that are drawn uniformly, each independently of the others. @throws {InputError} `data`, where it is empty */
  sample(random: Random, horizon: Horizon, into: ReplayBatch): void;
}

/** Bytes of a buffer: 8 for each number of an observation (as it was and as it became), 4 of an action, 4 for the reward, 1 for each choice, 2 for how it ended. */
export const replayBytes = (capacity: number, { inputs, actionSize, maskSize }: ReplayWidths): number =>
  capacity * (8 * inputs + 4 * actionSize + 4 + maskSize + 2);

/**
 * A buffer for the steps of some environments (Lin 1992). Its memory is taken at once, but the system gives pages only as they are written to.
 * @param capacity rows of all environments together; rounded down to whole steps
 */
export function createReplayBuffer(capacity: number, environments: number, widths: ReplayWidths): ReplayBuffer {
  const { inputs, actionSize, maskSize } = widths;
  const slots = Math.max(1, Math.floor(capacity / environments));
  const rows = slots * environments;
  const arrays = {
    observations: new Float32Array(rows * inputs),
    actions: new Float32Array(rows * actionSize),
    rewards: new Float32Array(rows),
    nextObservations: new Float32Array(rows * inputs),
    nextMasks: new Uint8Array(rows * maskSize),
    terminated: new Uint8Array(rows),
    ended: new Uint8Array(rows),
  };
  /** Slots that are filled, and where the next step goes. */
  let [filled, next] = [0, 0];

  /** Writes rewards and discount of a look ahead from `row`, and returns the last row that it reaches: at the end of the episode, or the newest, at the latest. */
  function lookAhead(
    row: number,
    { steps, discount }: Horizon,
    { rewards, discounts }: ReplayBatch,
    i: number,
  ): number {
    const newest = ((next + slots - 1) % slots) * environments + (row % environments);
    let [at, factor, sum] = [row, discount, arrays.rewards[row]!];
    for (let step = 1; step < steps && at !== newest && arrays.ended[at] === 0; step++) {
      at = (at + environments) % rows;
      sum += factor * arrays.rewards[at]!;
      factor *= discount;
    }
    rewards[i] = sum;
    discounts[i] = arrays.terminated[at] === 1 ? 0 : factor;
    return at;
  }

  return {
    capacity: rows,
    bytes: replayBytes(rows, widths),
    get size() {
      return filled * environments;
    },
    add(step) {
      const row = next * environments;
      arrays.observations.set(step.observations, row * inputs);
      arrays.actions.set(step.actions, row * actionSize);
      arrays.rewards.set(step.rewards, row);
      arrays.nextObservations.set(step.nextObservations, row * inputs);
      arrays.nextMasks.set(step.nextMasks, row * maskSize);
      arrays.terminated.set(step.terminated, row);
      arrays.ended.set(step.ended, row);
      next = (next + 1) % slots;
      filled = Math.min(filled + 1, slots);
    },
    sample(random, horizon, into) {
      const size = filled * environments;
      if (size === 0)
        throw new InputError('data', 'learners: a replay buffer is empty; add a step before it is sampled');
      for (let i = 0; i < into.rewards.length; i++) {
        const row = random.int(size);
        const last = lookAhead(row, horizon, into, i);
        copyRow(arrays.observations, row, into.observations, i, inputs);
        copyRow(arrays.actions, row, into.actions, i, actionSize);
        copyRow(arrays.nextObservations, last, into.nextObservations, i, inputs);
        if (into.nextMasks) copyRow(arrays.nextMasks, last, into.nextMasks, i, maskSize);
      }
    },
    state() {
      const kept = filled * environments;
      const parts = Object.entries(arrays).map(([name, array]): [string, Float32Array] => [
        `replay.${name}`,
        Float32Array.from(array.subarray(0, kept * (array.length / rows))),
      ]);
      return { ...Object.fromEntries(parts), 'replay.place': Float64Array.of(filled, next) };
    },
    restore(state) {
      const [saved, place] = state['replay.place'] ?? [];
      const whole = Number.isInteger(saved) && Number.isInteger(place);
      if (!whole || saved! < 0 || saved! > slots || place !== (saved === slots ? place! % slots : saved))
        throw new InputError('model', `learners: the checkpoint has no replay buffer of ${rows} rows; begin anew`);
      for (const [name, array] of Object.entries(arrays)) restoreRows(state, name, array, saved! / slots);
      [filled, next] = [saved!, place!];
    },
  };
}

function copyRow(from: ArrayLike<number>, row: number, into: Float32Array, at: number, width: number): void {
  for (let j = 0; j < width; j++) into[at * width + j] = from[row * width + j]!;
}

function restoreRows(state: NamedNumbers, name: string, array: Float32Array | Uint8Array, share: number): void {
  const saved = state[`replay.${name}`];
  const length = Math.round(array.length * share);
  if (saved?.length !== length)
    throw new InputError(
      'model',
      `learners: the checkpoint has ${saved?.length ?? 'no'} numbers of replay.${name}, ${length} are needed; it is damaged`,
    );
  array.set(saved);
}
