import { dqn, linearDecay, type Policy, ppo, sac, type UpdateRecord } from '@unbraid/learners';
import type { CheckpointStore } from '@unbraid/nn';
import type { Env } from '@unbraid/sim-env';
import { CartPole, Pendulum, Pension } from '@unbraid/sim-env/models';
import { blocking } from '@unbraid/sim-env/node';
import { CONTACTS, companyOfChoices } from './company-env.ts';

/** A learner's update as recipes tell it. */
export interface Learnt extends UpdateRecord {
  /** Since learning began. */
  readonly seconds: number;
}

/** What every learner is told in the same way. */
export interface LearnRequest {
  readonly timesteps: number;
  /** The share of the recipe's timesteps that these are. */
  readonly share: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly checkpoint: CheckpointStore;
  readonly onUpdate: (update: Learnt) => void;
}

/** A learner on an environment, with its hyperparameters. */
export interface Recipe {
  readonly learner: 'PPO' | 'DQN' | 'SAC';
  readonly environment: 'CartPole' | 'Pendulum' | 'Pension';
  /** As Stable-Baselines3's, whose returns are compared. */
  readonly timesteps: number;
  /** An environment to evaluate in. */
  env(): Env;
  learn(request: LearnRequest): Promise<{ readonly policy: Policy }>;
}

const cartPole = () => CartPole();
const pendulum = () => Pendulum();
const company = () => Pension({ suspension: blocking(), maxEpisodeSteps: CONTACTS });

/** An environment whose spaces nobody asks for any more. */
const anyEnv = (make: () => unknown) => make as () => Env;

/** A store that is saved to once in so many updates. */
const every = (store: CheckpointStore, updates: number): CheckpointStore => ({ ...store, everyEpochs: updates });

/** Whether what is learnt is told apart by types or not, it is a policy. */
const plainly = async (learning: Promise<{ readonly policy: unknown }>) => (await learning) as { policy: Policy };

/**
 * CartPole and Pendulum: the hyperparameters of rl-baselines3-zoo (ppo.yml without state-dependent exploration, dqn.yml, sac.yml; SAC with a quarter of its 20,000 timesteps, which suffice). The pension market: chosen on seeds from 100 on; PPO normalizes what it
 * sees and is rewarded by, DQN sees it scaled and chooses among eight payments. DQN needs choices and SAC a Box, so that of CartPole and Pendulum each learns one.
 */
export const recipes: readonly Recipe[] = [
  {
    learner: 'PPO',
    environment: 'CartPole',
    timesteps: 100_000,
    env: anyEnv(cartPole),
    learn: ({ share: _, checkpoint, ...request }) =>
      plainly(
        ppo({
          ...request,
          checkpoint: every(checkpoint, 40),
          env: cartPole,
          envs: 8,
          rolloutSteps: 32,
          batchSize: 256,
          lambda: 0.8,
          discount: 0.98,
          epochs: 20,
          learningRate: linearDecay(1e-3),
          clipRange: linearDecay(0.2),
        }),
      ),
  },
  {
    learner: 'PPO',
    environment: 'Pendulum',
    timesteps: 100_000,
    env: anyEnv(pendulum),
    learn: ({ share: _, ...request }) =>
      plainly(ppo({ ...request, env: pendulum, envs: 4, rolloutSteps: 1024, discount: 0.9, learningRate: 1e-3 })),
  },
  {
    learner: 'PPO',
    environment: 'Pension',
    timesteps: 20_480,
    env: anyEnv(company),
    learn: ({ share: _, ...request }) =>
      plainly(
        ppo({
          ...request,
          env: company,
          envs: 4,
          rolloutSteps: 256,
          normalizeObservations: true,
          normalizeRewards: true,
        }),
      ),
  },
  {
    learner: 'DQN',
    environment: 'CartPole',
    timesteps: 50_000,
    env: anyEnv(cartPole),
    learn: ({ share, ...request }) =>
      plainly(
        dqn({
          ...request,
          env: cartPole,
          learningRate: 2.3e-3,
          batchSize: 64,
          replaySize: 100_000,
          learningStarts: Math.round(1000 * share),
          targetPeriod: 10,
          trainFrequency: 256,
          gradientSteps: 128,
          explorationFraction: 0.16,
          finalExploration: 0.04,
          hidden: [256, 256],
        }),
      ),
  },
  {
    learner: 'DQN',
    environment: 'Pension',
    timesteps: 20_000,
    env: anyEnv(companyOfChoices),
    learn: ({ share, ...request }) =>
      plainly(
        dqn({
          ...request,
          env: companyOfChoices,
          learningRate: 1e-3,
          batchSize: 64,
          replaySize: 20_000,
          learningStarts: Math.round(500 * share),
          targetPeriod: 200,
          explorationFraction: 0.3,
          finalExploration: 0.02,
        }),
      ),
  },
  {
    learner: 'SAC',
    environment: 'Pendulum',
    timesteps: 5000,
    env: anyEnv(pendulum),
    learn: ({ share: _, ...request }) => plainly(sac({ ...request, env: pendulum, learningRate: 1e-3 })),
  },
];

/** `DQN CartPole`. */
export const nameOf = ({ learner, environment }: Recipe): string => `${learner} ${environment}`;
