import { actionMaskIn } from '../decisions/action-mask.ts';
import type { Info } from '../decisions/perspective.ts';
import { noInfo } from '../decisions/request.ts';
import { elapsedBetween } from '../env/elapsed.ts';
import { EnvError } from '../env-error.ts';
import type { Random } from '../random.ts';
import { checkSettings, object, type Rule, required, share } from '../settings.ts';
import { choiceMask, drawChoice } from '../spaces/choices.ts';
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
  /**
   * The best action known, of those that an action mask in the info leaves; equal ones by chance.
   * @throws EnvError `data` for a mask that has not one entry for each action, or leaves none
   */
  exploit(observation: O, info?: Info): A;
  /** A random action in a share ε of cases, the best otherwise; of those that an action mask in the info leaves. */
  explore(observation: O, info?: Info): A;
  /**
   * One transition: Q moves towards r + γ^Δt max Q′, where Δt is `elapsed` in `nextInfo`, by default 1 (a semi-Markov decision process: Bradtke and Duff 1994). `terminated` means that nothing comes after it. Where it was truncated, what comes is estimated from `next`, of whose actions a
   * mask in `nextInfo` says which are possible.
   */
  learn(observation: O, action: A, reward: number, next: O, terminated: boolean, nextInfo?: Info): void;
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

  const everything = new Int8Array(width).fill(1);

  /** One entry for each cell of actions, 1 where it is possible. */
  function maskIn(info: Info | undefined): Int8Array {
    const given = info === undefined ? undefined : actionMaskIn(info);
    if (given === undefined || given === null) return everything;
    const mask = choiceMask('Q-learning: the action mask', given, width);
    if (mask.includes(1)) return mask;
    throw new EnvError('data', 'sim-env: Q-learning: the action mask leaves nothing to choose');
  }

  function best(row: number, mask: Int8Array): number {
    let [found, ties] = [mask.indexOf(1), 1];
    for (let a = found + 1; a < width; a++) {
      if (mask[a] === 0) continue;
      const difference = table[row + a]! - table[row + found]!;
      if (difference > 0) [found, ties] = [a, 1];
      // Keeps each of the equal ones with the same probability.
      else if (difference === 0 && random.int(++ties) === 0) found = a;
    }
    return found;
  }

  const exploit = (observation: O, info?: Info) =>
    actions.decode(best(observations.encode(observation) * width, maskIn(info)));
  return {
    table,
    exploit,
    explore: (observation, info) =>
      random.next() < exploration ? actions.decode(drawChoice(maskIn(info), random)) : exploit(observation, info),
    learn(observation, action, reward, next, terminated, nextInfo) {
      const at = observations.encode(observation) * width + actions.encode(action);
      const row = observations.encode(next) * width;
      const elapsed = nextInfo === undefined ? 1 : (elapsedBetween(noInfo, nextInfo) ?? 1);
      const target = reward + (terminated ? 0 : discount ** elapsed * maximum(table, row, maskIn(nextInfo)));
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

function maximum(values: Float64Array, from: number, mask: Int8Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) most = Math.max(most, values[from + i]!);
  return most;
}
