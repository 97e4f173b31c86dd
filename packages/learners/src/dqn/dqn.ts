import { type Scope, withScope } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import type { Discrete, Space } from '@unbraid/sim-env';
import type { Distribution } from '../distributions/distribution.ts';
import { distributionFor } from '../distributions/distribution-for.ts';
import { reluNetwork } from '../networks/relu-network.ts';
import { createPolicy, type Policy } from '../policy/policy.ts';
import { learnFromReplay, type ReplayLearner } from '../replay/learn-from-replay.ts';
import { openReplay, resumeReplay } from '../replay/open-replay.ts';
import type { ReplayBuffer } from '../replay/replay-buffer.ts';
import type { ReplayCollector } from '../replay/replay-collector.ts';
import { type CompiledNetwork, compileNetwork } from '../training/compiled-network.ts';
import { type Environments, openEnvironments } from '../training/environments.ts';
import { rateAt } from '../training/rate.ts';
import { runtimeFor } from '../training/runtime-for.ts';
import { type TargetParams, targetOf } from '../training/target-params.ts';
import { type Trainable, trainable } from '../training/trainable.ts';
import { type Exploration, explorationAt, randomChoice } from './exploration.ts';
import { checkDqn, type DqnOptions, type DqnSettings, type DqnUpdate } from './settings.ts';
import { compileDqnStep } from './step.ts';

/** What has been learnt. */
export interface DqnResult<O extends Space = Space> {
  /** Takes the action whose value is largest; its network gives the values. */
  readonly policy: Policy<O, Discrete>;
  /** Steps of environments that were learnt from: whole steps of all, so that it may be a few more than was asked for. */
  readonly timesteps: number;
  /** Of the last update; undefined where a checkpoint had them all. */
  readonly last: DqnUpdate | undefined;
}

/**
 * Deep Q-learning (Mnih et al. 2015): a network learns the values of actions from batches of a replay buffer, with targets by an older copy of itself, and acts by the best of
 * them, or at random with probability ε. Details are Stable-Baselines3's. Where infos have an `action_mask`, no other action is taken, nor counted in targets.
 * @throws {InputError} in one line, for options that are unknown or out of range, spaces it isn't for, masks that don't fit, rewards and observations that aren't finite
 * @throws {DivergedError} where a gradient is not finite
 * @throws the signal's reason; what an environment throws
 */
export async function dqn<O extends Space>(options: DqnOptions<O>): Promise<DqnResult<O>> {
  const settings = checkDqn(options);
  const environments = openEnvironments(options.env, settings.envs);
  try {
    return await withScope((scope) => learn(scope, environments, settings));
  } finally {
    environments.close();
  }
}

async function learn<O extends Space>(
  scope: Scope,
  environments: Environments<O, Discrete>,
  settings: DqnSettings,
): Promise<DqnResult<O>> {
  const { seed, batchSize, hidden, double } = settings;
  const random = createRandom(seed);
  const distribution = distributionFor(environments.actionSpace, 'greedy');
  const opened = openReplay(environments, distribution, settings, random);
  const { widths, replay, collector, episodes, counter } = opened;
  const runtime = await runtimeFor(settings.runtime, batchSize, Math.max(1, ...hidden));
  const model = reluNetwork(widths.inputs, hidden, distribution.outputs);
  const values = trainable(scope, runtime, 'values', initialize(model, random.split('networks')));
  const target = targetOf(scope, runtime, 'target', values.params);
  const { checkpoints, resumed } = await resumeReplay('dqn', opened, environments as Environments, settings, [
    values,
    target,
  ]);
  const rows = environments.count;
  const actor = await compileNetwork(scope, runtime, model, { rows, inputs: widths.inputs, params: values.params });
  const step = await compileDqnStep(
    scope,
    runtime,
    { model, widths, batchSize, double },
    { params: values.params, targetParams: target.params, grads: values.grads },
  );
  const learner = createLearner({ settings, distribution, values, target, actor, step, replay, collector, random });
  const { timesteps, last } = await learnFromReplay(
    { learner, collector, tally: episodes.tally, count: rows, counter, checkpoints, resumed },
    settings,
  );
  const { observationSpace } = environments;
  const policy = createPolicy({ observationSpace, distribution, model, params: values.params.data.slice(), seed });
  return { policy, timesteps, last };
}

interface LearnerParts {
  readonly settings: DqnSettings;
  readonly distribution: Distribution<Discrete>;
  readonly values: Trainable;
  readonly target: TargetParams;
  readonly actor: CompiledNetwork;
  readonly step: Awaited<ReturnType<typeof compileDqnStep>>;
  readonly replay: ReplayBuffer;
  readonly collector: ReplayCollector;
  readonly random: Random;
}

function createLearner(parts: LearnerParts): ReplayLearner<DqnUpdate> {
  const { settings, distribution, values, target, actor, step, replay, collector, random } = parts;
  const { timesteps, targetPeriod, tau, learningRate, clipNorm, nSteps, discount } = settings;
  const exploration: Exploration = {
    initial: settings.initialExploration,
    final: settings.finalExploration,
    fraction: settings.explorationFraction,
  };
  const [acting, sampling] = [random.split('actions'), random.split('replay')];
  const logProbs = new Float32Array(collector.actions.length);
  const { outputs } = distribution;
  let losses: number[] = [];

  /** The best action of each environment, or one at random. */
  function choose(epsilon: number, chance: Random, masks: Uint8Array | undefined): void {
    distribution.draw(actor.outputs, { actions: collector.actions, logProbs }, undefined, masks);
    for (let i = 0; i < collector.actions.length; i++)
      if (chance.next() < epsilon)
        collector.actions[i] = randomChoice(chance, outputs, masks?.subarray(i * outputs, (i + 1) * outputs));
  }

  return {
    act(done, warmingUp) {
      const chance = acting.split(done);
      const masks = collector.masks();
      const epsilon = warmingUp ? 1 : explorationAt(exploration, done / timesteps);
      actor.inputs.set(collector.observations);
      const pending = actor.run();
      if (pending) return pending.then(() => choose(epsilon, chance, masks));
      choose(epsilon, chance, masks);
      return undefined;
    },
    stepped(done) {
      const before = done - collector.actions.length;
      if (Math.floor(done / targetPeriod) > Math.floor(before / targetPeriod)) target.follow(tau);
    },
    async learn(gradientStep, done) {
      const { inputs } = step;
      replay.sample(
        sampling.split(gradientStep),
        { steps: nSteps, discount },
        {
          observations: inputs.observations.float32,
          actions: inputs.actions.float32,
          rewards: inputs.rewards.float32,
          discounts: inputs.discounts.float32,
          nextObservations: inputs.nextObservations.float32,
          nextMasks: inputs.nextMasks?.float32,
        },
      );
      await step.runNow();
      losses.push(step.outputs.value.float32[0]!);
      values.step(rateAt('dqn', 'learningRate', learningRate, done / timesteps), clipNorm);
    },
    statistics(done) {
      const loss = losses.length === 0 ? undefined : losses.reduce((sum, each) => sum + each) / losses.length;
      losses = [];
      return { loss, exploration: explorationAt(exploration, done / timesteps) };
    },
  };
}
