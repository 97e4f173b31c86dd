import { checkSettings, count, finite, flag, given, having, InputError } from '@unbraid/checks';
import type { ActivationName, AnyModel } from '@unbraid/nn';
import type { Space } from '@unbraid/sim-env';
import * as z from 'zod';
import { hiddenSetting } from '../networks/mlp.ts';
import type { EnvironmentSource } from '../training/environments.ts';
import { type LearnOptions, learnSettings, type UpdateRecord } from '../training/learn-options.ts';
import { type Rate, rate } from '../training/rate.ts';
import type { UpdateStatistics } from './update-statistics.ts';

/** One update: what was collected and learnt. */
export interface PpoUpdate extends UpdateRecord, UpdateStatistics {
  /** 1 less the variance of returns that values leave unexplained, over their variance: 1 is perfect, 0 no better than a constant. */
  readonly explainedVariance: number;
  readonly learningRate: number;
  readonly clipRange: number;
  /** Since learning began, without what a checkpoint was resumed from. */
  readonly seconds: number;
}

/** What `ppo` takes. Defaults are those of Stable-Baselines3. */
export interface PpoOptions<O extends Space = Space, A extends Space = Space> extends LearnOptions<PpoUpdate> {
  /** Makes an environment, or each of several; or environments that step together (which can't be resumed from a checkpoint). */
  readonly env: EnvironmentSource<O, A>;
  /** How many environments, where `env` makes one. Default 1. */
  readonly envs?: number;
  /** Steps of each environment in a rollout. Default 2048. */
  readonly rolloutSteps?: number;
  /** Rows of a minibatch. Default 64. */
  readonly batchSize?: number;
  /** Passes over a rollout. Default 10. */
  readonly epochs?: number;
  /** Default 3e-4. */
  readonly learningRate?: Rate;
  /** γ. Default 0.99. */
  readonly discount?: number;
  /** λ of advantage estimates. Default 0.95. */
  readonly lambda?: number;
  /** ε. Default 0.2. */
  readonly clipRange?: Rate;
  /** Whether the advantages of a minibatch are standardized. Default true. */
  readonly normalizeAdvantages?: boolean;
  /** c₂. Default 0. */
  readonly entropyCoefficient?: number;
  /** c₁. Default 0.5. */
  readonly valueCoefficient?: number;
  /** The largest norm of a gradient; Infinity for any. Default 0.5. */
  readonly clipNorm?: number;
  /** Learning from a rollout ends where the approximate KL divergence is above 1.5 times this. Default: it doesn't. */
  readonly targetKl?: number;
  /** Neurons of the policy's hidden layers. Default two of 64. */
  readonly hidden?: readonly number[];
  /** Of the value's. Default those of `hidden`. */
  readonly valueHidden?: readonly number[];
  /** Whether policy and value have the same hidden layers. Default false. */
  readonly shared?: boolean;
  /** Default `tanh`. */
  readonly activation?: ActivationName;
  /** Logarithm of a Gaussian's standard deviations at first. Default 0. */
  readonly logStd?: number;
  /** Networks of your own in the place of dense ones, from flat observations to what the distribution reads, and to `[rows, 1]`. */
  readonly networks?: { readonly policy: AnyModel; readonly value: AnyModel };
  /** Whether the network reads observations less their mean over their deviation so far. Default false. */
  readonly normalizeObservations?: boolean;
  /** Whether rewards are divided by the deviation of their discounted sum so far. Default false. */
  readonly normalizeRewards?: boolean;
  /** Whether infos have an `action_mask`. Default: what the first ones say. */
  readonly actionMasks?: boolean;
}

const share = () => finite({ min: 0, max: 1 });
const model = (what: string) => having<AnyModel>(`a model of ${what}, with params and apply,`, 'params', 'apply');

const schema = z.object({
  ...learnSettings<PpoUpdate>(),
  env: given<EnvironmentSource>(),
  envs: count().optional(),
  rolloutSteps: count().default(2048),
  batchSize: count().default(64),
  epochs: count().default(10),
  learningRate: rate().default(3e-4),
  discount: share().default(0.99),
  lambda: share().default(0.95),
  clipRange: rate().default(0.2),
  normalizeAdvantages: flag().default(true),
  entropyCoefficient: finite().default(0),
  valueCoefficient: finite({ min: 0 }).default(0.5),
  clipNorm: z
    .union([finite({ above: 0 }), z.literal(Number.POSITIVE_INFINITY)], { error: 'a number above 0, or Infinity,' })
    .default(0.5),
  targetKl: finite({ above: 0 }).optional(),
  hidden: hiddenSetting().default([64, 64]),
  valueHidden: hiddenSetting().optional(),
  shared: flag().default(false),
  activation: z.string({ error: 'the name of an activation' }).default('tanh'),
  logStd: finite().default(0),
  networks: z
    .strictObject({ policy: model('actions'), value: model('values') }, { error: 'an object with policy and value' })
    .optional(),
  normalizeObservations: flag().default(false),
  normalizeRewards: flag().default(false),
  actionMasks: flag().optional(),
});

/** Options with their defaults. */
export type PpoSettings = z.output<typeof schema>;

/** @throws {InputError} `setting`, in one line, for options that are unknown, out of range, or don't go together */
export function checkPpo(options: unknown): PpoSettings {
  const settings = checkSettings('learners: ppo', schema, options);
  const { shared, valueHidden, networks } = settings;
  if (shared && valueHidden)
    throw new InputError(
      'setting',
      "learners: ppo's valueHidden is for a value with layers of its own, and shared is set; leave one out",
    );
  if (networks && (shared || valueHidden))
    throw new InputError('setting', "learners: ppo's networks are your own; leave shared and valueHidden out");
  return settings;
}
