import type { RunContext } from '@unbraid/experiment';
import type { CheckpointStore } from '@unbraid/nn';
import type { Learnt } from './learner-recipes.ts';

/** Points of a learning curve. */
const POINTS = 50;

/** Mean returns while a learner learns, and how fast it does. */
export interface LearningCurve {
  /** Takes an update in. Returns whether it is a point of the curve: of all seeds at the same timesteps. */
  add(update: Learnt): boolean;
  points(): { readonly timesteps: readonly number[]; readonly curve: readonly number[] };
  /** From the first update of this session to the last. */
  readonly seconds: number;
  /** Timesteps in them. */
  readonly stepsInSeconds: number;
  state(): Float64Array;
  restore(state: ArrayLike<number>): void;
}

/** @param timesteps to learn from */
export function curveOf(timesteps: number): LearningCurve {
  let [at, values]: [number[], number[]] = [[], []];
  let first: Learnt | undefined;
  let last: Learnt | undefined;
  const stretchOf = (done: number) => Math.floor((Math.min(done, timesteps) * POINTS) / timesteps);
  return {
    add(update) {
      first ??= update;
      last = update;
      if (stretchOf(update.timesteps) === stretchOf(at.at(-1) ?? 0)) return false;
      at.push(update.timesteps);
      values.push(update.meanReturn ?? Number.NaN);
      return true;
    },
    points: () => ({ timesteps: at, curve: values }),
    get seconds() {
      return last && last !== first ? last.seconds - first!.seconds : (last?.seconds ?? 0);
    },
    get stepsInSeconds() {
      return last && last !== first ? last.timesteps - first!.timesteps : (last?.timesteps ?? 0);
    },
    state: () => Float64Array.from([...at, ...values]),
    restore(state) {
      const all = Array.from(state);
      [at, values] = [all.slice(0, all.length / 2), all.slice(all.length / 2)];
    },
  };
}

/** A unit's checkpoints as a learner's store, with the curve so far in them. */
export const storeOf = (
  { checkpoints }: Pick<RunContext<unknown>, 'checkpoints'>,
  key: string,
  curve: LearningCurve,
): CheckpointStore => ({
  async load() {
    const state = await checkpoints.load(key);
    if (state === undefined) return undefined;
    const { curve: saved, ...arrays } = state.arrays;
    curve.restore(saved as Float64Array);
    return { meta: state.meta, arrays };
  },
  save: ({ meta, arrays }) => checkpoints.save(key, { meta, arrays: { ...arrays, curve: curve.state() } }),
});
