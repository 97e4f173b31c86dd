import { EnvError } from '../env-error.ts';
import type { Random } from '../random.ts';
import { checkSettings, object, type Rule, required, share } from '../settings.ts';
import type { Discretizer } from './discretizer.ts';

/** What `createQAgent` takes. */
export interface QLearningOptions<O, A> {
  readonly observations: Discretizer<O>;
  readonly actions: Discretizer<A>;
  readonly random: Random;
  /** γ, default 0.99. */
  readonly discount?: number;
  /** α, default 0.1. */
  readonly learningRate?: number;
  /** ε: the share of random actions while exploring; default 0.1. */
  readonly exploration?: number;
  /** Values before the first visit; default 0. High ones make a greedy agent try everything. */
  readonly initialValue?: number;
}

/** Tabular Q-learning (Watkins, 1989). */
export interface QAgent<O, A> {
  /** The best action known; equal ones by chance. */
  exploit(observation: O): A;
  /** A random action in a share ε of cases, the best otherwise. */
  explore(observation: O): A;
  /** One transition; `terminated` means that nothing comes after it. Where it was truncated, what comes is estimated from `next`. */
  learn(observation: O, action: A, reward: number, next: O, terminated: boolean): void;
  /** Q: one row for each observation cell, one column for each action. */
  readonly table: Float64Array;
  setExploration(share: number): void;
}

const rules = {
  observations: required(object),
  actions: required(object),
  random: required(object),
  discount: share,
  learningRate: share,
  exploration: share,
  initialValue: { expected: 'a finite number', holds: Number.isFinite } satisfies Rule,
};

/** @throws EnvError for a share outside [0, 1], and for options that are none */
export function createQAgent<O, A>(options: QLearningOptions<O, A>): QAgent<O, A> {
  checkSettings('createQAgent', options, rules);
  const { observations, actions, random, discount = 0.99, learningRate = 0.1, initialValue = 0 } = options;
  const width = actions.size;
  const table = new Float64Array(observations.size * width).fill(initialValue);
  let exploration = options.exploration ?? 0.1;

  function best(row: number): number {
    let [found, ties] = [0, 1];
    for (let a = 1; a < width; a++) {
      const difference = table[row + a]! - table[row + found]!;
      if (difference > 0) [found, ties] = [a, 1];
      // Keeps each of the equal ones with the same probability.
      else if (difference === 0 && random.int(++ties) === 0) found = a;
    }
    return found;
  }

  const exploit = (observation: O) => actions.decode(best(observations.encode(observation) * width));
  return {
    table,
    exploit,
    explore: (observation) => (random.next() < exploration ? actions.decode(random.int(width)) : exploit(observation)),
    learn(observation, action, reward, next, terminated) {
      const at = observations.encode(observation) * width + actions.encode(action);
      const row = observations.encode(next) * width;
      const target = reward + (terminated ? 0 : discount * maximum(table, row, width));
      if (!Number.isFinite(target))
        throw new EnvError('data', `sim-env: Q-learning: the reward is ${reward}, expected a finite number`);
      table[at]! += learningRate * (target - table[at]!);
    },
    setExploration(share) {
      exploration = checkShare(share);
    },
  };
}

function checkShare(share: number): number {
  if (share >= 0 && share <= 1) return share;
  throw new EnvError('setting', `sim-env: Q-learning: rates and shares lie between 0 and 1, got ${share}`);
}

function maximum(values: Float64Array, from: number, count: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) most = Math.max(most, values[from + i]!);
  return most;
}
