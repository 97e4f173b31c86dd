import { checkSettings, count, finite, flag } from '@unbraid/checks';
import type { Discrete, Space } from '@unbraid/sim-env';
import * as z from 'zod';
import { hiddenSetting } from '../networks/mlp.ts';
import { type ReplayOptions, type ReplayUpdate, replaySettings, share } from '../replay/replay-options.ts';
import { type Rate, rate } from '../training/rate.ts';

/** One round of collecting and learning. */
export interface DqnUpdate extends ReplayUpdate {
  /** Mean of the losses of its batches; undefined where nothing was learnt yet. */
  readonly loss: number | undefined;
  /** ε, the share of actions at random, after it. */
  readonly exploration: number;
}

/** What `dqn` takes. Defaults are those of Stable-Baselines3. */
export interface DqnOptions<O extends Space = Space> extends ReplayOptions<O, Discrete, DqnUpdate> {
  /** Default 32. */
  readonly batchSize?: number;
  /** Default 4. */
  readonly trainFrequency?: number;
  /** Default 1e-4. */
  readonly learningRate?: Rate;
  /** Default two of 64. */
  readonly hidden?: readonly number[];
  /** Whether targets take the value of the action that the learning network chooses (Double DQN). Default false. */
  readonly double?: boolean;
  /** Steps of environments, all together, from one update of the target network to the next. Default 10,000. */
  readonly targetPeriod?: number;
  /** τ of such an update: θ⁻ ← τ θ + (1 − τ) θ⁻. Default 1, a copy. */
  readonly tau?: number;
  /** ε at first. Default 1. */
  readonly initialExploration?: number;
  /** ε in the end. Default 0.05. */
  readonly finalExploration?: number;
  /** The share of all timesteps in which ε falls evenly. Default 0.1. */
  readonly explorationFraction?: number;
  /** The largest norm of a gradient; Infinity for any. Default 10. */
  readonly clipNorm?: number;
  /** Whether infos have an `action_mask`. Default: what the first ones say. */
  readonly actionMasks?: boolean;
}

const schema = z.object({
  ...replaySettings<DqnUpdate>(),
  batchSize: count().default(32),
  trainFrequency: count().default(4),
  learningRate: rate().default(1e-4),
  hidden: hiddenSetting().default([64, 64]),
  double: flag().default(false),
  targetPeriod: count().default(10_000),
  tau: share().default(1),
  initialExploration: share().default(1),
  finalExploration: share().default(0.05),
  explorationFraction: share().default(0.1),
  clipNorm: z
    .union([finite({ above: 0 }), z.literal(Number.POSITIVE_INFINITY)], { error: 'a number above 0, or Infinity,' })
    .default(10),
  actionMasks: flag().optional(),
});

/** Options with their defaults. */
export type DqnSettings = z.output<typeof schema>;

/** @throws {InputError} `setting`, in one line, for options that are unknown or out of range */
export const checkDqn = (options: unknown): DqnSettings => checkSettings('learners: dqn', schema, options);
