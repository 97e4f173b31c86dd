import { count, finite, given, integer } from '@unbraid/checks';
import type { Space } from '@unbraid/sim-env';
import type * as z from 'zod';
import type { EnvironmentSource } from '../training/environments.ts';
import { type LearnOptions, learnSettings, type UpdateRecord } from '../training/learn-options.ts';
import type { Rate } from '../training/rate.ts';

/** What learners from replay have in common. An update is a round of collecting and learning; a checkpoint has the whole buffer, and is saved every 10,000 steps unless its store says otherwise. */
export interface ReplayOptions<O extends Space, A extends Space, R extends UpdateRecord> extends LearnOptions<R> {
  /** Makes an environment, or each of several; or environments that step together (which can't be resumed from a checkpoint). */
  readonly env: EnvironmentSource<O, A>;
  /** How many environments, where `env` makes one. Default 1. */
  readonly envs?: number;
  /** Rows of a batch. */
  readonly batchSize?: number;
  /** Rows of the replay buffer: its memory is `replayBytes`. Default 1,000,000. */
  readonly replaySize?: number;
  /** Steps of environments, by actions at random, before anything is learnt. Default 100. */
  readonly learningStarts?: number;
  /** Steps of each environment between one round of learning and the next. */
  readonly trainFrequency?: number;
  /** Batches that are learnt from in a round; −1 for as many as there were steps. Default 1. */
  readonly gradientSteps?: number;
  /** Steps whose rewards a target adds before it takes the value of what follows. Default 1. */
  readonly nSteps?: number;
  /** Of Adam. */
  readonly learningRate?: Rate;
  /** γ. Default 0.99. */
  readonly discount?: number;
  /** Neurons of hidden layers. */
  readonly hidden?: readonly number[];
}

/** A share of 0 to 1. */
export const share = () => finite({ min: 0, max: 1 });

/** The entries of `ReplayOptions` in a schema of settings, without those whose defaults differ. */
export const replaySettings = <R extends UpdateRecord>() => ({
  ...learnSettings<R>(),
  env: given<EnvironmentSource>(),
  envs: count().optional(),
  replaySize: count().default(1_000_000),
  learningStarts: integer({ min: 0 }).default(100),
  gradientSteps: integer({ min: -1 }).default(1),
  nSteps: count().default(1),
  discount: share().default(0.99),
});

/** What `replaySettings` gives, with what each learner adds. */
export type ReplaySettings<R extends UpdateRecord> = z.output<z.ZodObject<ReturnType<typeof replaySettings<R>>>> & {
  readonly batchSize: number;
  readonly trainFrequency: number;
  readonly learningRate: Rate;
  readonly hidden: readonly number[];
};

/** One round of collecting and learning. */
export interface ReplayUpdate extends UpdateRecord {
  /** Batches that were learnt from so far, those of a checkpoint included. */
  readonly gradientSteps: number;
  /** Since learning began, without what a checkpoint was resumed from. */
  readonly seconds: number;
}
