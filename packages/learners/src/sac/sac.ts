import { type Scope, withScope } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import type { Box, Space } from '@unbraid/sim-env';
import type { Distribution } from '../distributions/distribution.ts';
import { distributionFor } from '../distributions/distribution-for.ts';
import type { SquashedGaussian } from '../distributions/squashed-gaussian.ts';
import { reluNetwork } from '../networks/relu-network.ts';
import { createPolicy, type Policy } from '../policy/policy.ts';
import { learnFromReplay, type ReplayLearner } from '../replay/learn-from-replay.ts';
import { openReplay, resumeReplay } from '../replay/open-replay.ts';
import type { ReplayBuffer } from '../replay/replay-buffer.ts';
import type { ReplayCollector } from '../replay/replay-collector.ts';
import type { Stateful } from '../training/checkpointing.ts';
import { type CompiledNetwork, compileNetwork } from '../training/compiled-network.ts';
import { type Environments, openEnvironments } from '../training/environments.ts';
import { rateAt } from '../training/rate.ts';
import { runtimeFor } from '../training/runtime-for.ts';
import { type TargetParams, targetOf } from '../training/target-params.ts';
import { type Trainable, trainable } from '../training/trainable.ts';
import { twinCritics } from './critics.ts';
import { type EntropyCoefficient, fixedCoefficient, learntCoefficient } from './entropy-coefficient.ts';
import { checkSac, type SacOptions, type SacSettings, type SacUpdate } from './settings.ts';
import { compileSacSteps, type SacSteps } from './steps.ts';

/** What has been learnt. */
export interface SacResult<O extends Space = Space, A extends Box = Box> {
  /** Draws actions from squashed Gaussians, or takes their likeliest. */
  readonly policy: Policy<O, A>;
  /** Steps of environments that were learnt from: whole steps of all, so that it may be a few more than was asked for. */
  readonly timesteps: number;
  /** Of the last update; undefined where a checkpoint had them all. */
  readonly last: SacUpdate | undefined;
}

/**
 * Soft actor-critic (Haarnoja et al. 2018, "Soft actor-critic algorithms and applications"): a policy that is rewarded for its entropy, too, learns from batches of a replay buffer
 * by the lesser of two critics' values. Details are Stable-Baselines3's.
 * @throws {InputError} in one line, for options that are unknown or out of range, spaces it isn't for, rewards and observations that aren't finite
 * @throws {DivergedError} where a gradient is not finite
 * @throws the signal's reason; what an environment throws
 */
export async function sac<O extends Space, A extends Box>(options: SacOptions<O, A>): Promise<SacResult<O, A>> {
  const settings = checkSac(options);
  const environments = openEnvironments(options.env, settings.envs);
  try {
    return await withScope((scope) => learn(scope, environments, settings));
  } finally {
    environments.close();
  }
}

async function learn<O extends Space, A extends Box>(
  scope: Scope,
  environments: Environments<O, A>,
  settings: SacSettings,
): Promise<SacResult<O, A>> {
  const { seed, batchSize, hidden } = settings;
  const random = createRandom(seed);
  const distribution = distributionFor(environments.actionSpace, 'squashed-gaussian');
  const opened = openReplay(environments, distribution, settings, random);
  const { widths, replay, collector, episodes, counter } = opened;
  const runtime = await runtimeFor(settings.runtime, batchSize, Math.max(1, ...hidden));
  const actor = reluNetwork(widths.inputs, hidden, distribution.outputs);
  const critics = twinCritics(widths.inputs, widths.actionSize, hidden);
  const policyOf = trainable(scope, runtime, 'policy', initialize(actor, random.split('policy')));
  const values = trainable(scope, runtime, 'critics', initialize(critics.model, random.split('critics')));
  const target = targetOf(scope, runtime, 'target', values.params);
  const { entropyCoefficient, targetEntropy = -widths.actionSize } = settings;
  const alpha =
    entropyCoefficient === 'auto'
      ? learntCoefficient(scope, runtime, targetEntropy)
      : fixedCoefficient(entropyCoefficient);
  const learnt: Stateful[] = [policyOf, values, target, ...('state' in alpha ? [alpha as Stateful] : [])];
  const { checkpoints, resumed } = await resumeReplay('sac', opened, environments as Environments, settings, learnt);
  const rows = environments.count;
  const acting = await compileNetwork(scope, runtime, actor, { rows, inputs: widths.inputs, params: policyOf.params });
  const steps = await compileSacSteps(
    scope,
    runtime,
    { actor, critics, distribution: distribution as unknown as SquashedGaussian, widths, batchSize },
    {
      actorParams: policyOf.params,
      criticParams: values.params,
      targetParams: target.params,
      actorGrads: policyOf.grads,
      criticGrads: values.grads,
    },
  );
  const learner = createLearner({
    settings,
    distribution: distribution as unknown as Distribution,
    policy: policyOf,
    values,
    target,
    alpha,
    acting,
    steps,
    replay,
    collector,
    random,
  });
  const { timesteps, last } = await learnFromReplay(
    { learner, collector, tally: episodes.tally, count: rows, counter, checkpoints, resumed },
    settings,
  );
  const { observationSpace } = environments;
  const params = policyOf.params.data.slice();
  return { policy: createPolicy({ observationSpace, distribution, model: actor, params, seed }), timesteps, last };
}

interface LearnerParts {
  readonly settings: SacSettings;
  readonly distribution: Distribution;
  readonly policy: Trainable;
  readonly values: Trainable;
  readonly target: TargetParams;
  readonly alpha: EntropyCoefficient;
  readonly acting: CompiledNetwork;
  readonly steps: SacSteps;
  readonly replay: ReplayBuffer;
  readonly collector: ReplayCollector;
  readonly random: Random;
}

function createLearner(parts: LearnerParts): ReplayLearner<SacUpdate> {
  const { settings, distribution, policy, values, target, alpha, acting, steps, replay, collector, random } = parts;
  const { timesteps, learningRate, tau, nSteps, discount } = settings;
  const [drawing, sampling, noises] = [random.split('actions'), random.split('replay'), random.split('noise')];
  const drawn = {
    actions: collector.actions,
    logProbs: new Float32Array(collector.actions.length / distribution.actionSize),
  };
  let losses: { readonly critic: number; readonly actor: number }[] = [];
  const meanOf = (part: 'critic' | 'actor') =>
    losses.length === 0 ? undefined : losses.reduce((sum, each) => sum + each[part], 0) / losses.length;

  /** Writes a batch, noise and α to the inputs of both steps. */
  function load(gradientStep: number): void {
    const { observations, actions, rewards, discounts, nextObservations, noise, alpha: weight } = steps.critic.inputs;
    replay.sample(
      sampling.split(gradientStep),
      { steps: nSteps, discount },
      {
        observations: observations.float32,
        actions: actions.float32,
        rewards: rewards.float32,
        discounts: discounts.float32,
        nextObservations: nextObservations.float32,
      },
    );
    const chance = noises.split(gradientStep);
    chance.normal(noise.float32);
    chance.normal(steps.actor.inputs.noise.float32);
    weight.float32[0] = alpha.value();
  }

  return {
    act(done, warmingUp) {
      const chance = drawing.split(done);
      if (warmingUp) {
        chance.uniform(drawn.actions, -1, 1);
        return undefined;
      }
      acting.inputs.set(collector.observations);
      const pending = acting.run();
      if (pending) return pending.then(() => distribution.draw(acting.outputs, drawn, chance));
      distribution.draw(acting.outputs, drawn, chance);
      return undefined;
    },
    stepped() {},
    async learn(gradientStep, done) {
      const rate = rateAt('sac', 'learningRate', learningRate, done / timesteps);
      load(gradientStep);
      await steps.critic.runNow();
      values.step(rate);
      await steps.actor.runNow();
      policy.step(rate);
      const { loss, logProb } = steps.actor.outputs;
      alpha.learn(logProb.float32[0]!, rate);
      target.follow(tau);
      losses.push({ critic: steps.critic.outputs.value.float32[0]!, actor: loss.float32[0]! });
    },
    statistics() {
      const update = { criticLoss: meanOf('critic'), actorLoss: meanOf('actor'), entropyCoefficient: alpha.value() };
      losses = [];
      return update;
    },
  };
}
