import { checkSettings, count, finite } from '@unbraid/checks';
import type { Box, Space } from '@unbraid/sim-env';
import * as z from 'zod';
import { hiddenSetting } from '../networks/mlp.ts';
import { type ReplayOptions, type ReplayUpdate, replaySettings, share } from '../replay/replay-options.ts';
import { type Rate, rate } from '../training/rate.ts';

/** One round of collecting and learning. */
export interface SacUpdate extends ReplayUpdate {
  /** Mean over its batches; undefined where nothing was learnt yet. */
  readonly criticLoss: number | undefined;
  /** Mean over its batches; undefined where nothing was learnt yet. */
  readonly actorLoss: number | undefined;
  /** α after it. */
  readonly entropyCoefficient: number;
}

/** What `sac` takes. Defaults are those of Stable-Baselines3. */
export interface SacOptions<O extends Space = Space, A extends Box = Box> extends ReplayOptions<O, A, SacUpdate> {
  /** Default 256. */
  readonly batchSize?: number;
  /** Default 1. */
  readonly trainFrequency?: number;
  /** Of policy, critics and α. Default 3e-4. */
  readonly learningRate?: Rate;
  /** Of policy and critics. Default two of 256. */
  readonly hidden?: readonly number[];
  /** τ: after each batch target critics are τ of the critics and 1 − τ of what they were. Default 0.005. */
  readonly tau?: number;
  /** α, or `auto`: learnt, from 1 on, so that the policy's entropy becomes `targetEntropy`. Default `auto`. */
  readonly entropyCoefficient?: number | 'auto';
  /** H̄, nats. Default −1 for each number of an action. */
  readonly targetEntropy?: number;
}

const schema = z.object({
  ...replaySettings<SacUpdate>(),
  batchSize: count().default(256),
  trainFrequency: count().default(1),
  learningRate: rate().default(3e-4),
  hidden: hiddenSetting().default([256, 256]),
  tau: share().default(0.005),
  entropyCoefficient: z
    .union([finite({ min: 0 }), z.literal('auto')], { error: 'a finite number of at least 0, or "auto",' })
    .default('auto'),
  targetEntropy: finite().optional(),
});

/** Options with their defaults. */
export type SacSettings = z.output<typeof schema>;

/** @throws {InputError} `setting`, in one line, for options that are unknown or out of range */
export const checkSac = (options: unknown): SacSettings => checkSettings('learners: sac', schema, options);
