import { InputError } from '@unbraid/checks';
import { blockIn, type Scope, withScope } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { type ActivationName, adam, initialize } from '@unbraid/nn';
import type { Space } from '@unbraid/sim-env';
import type { Distribution } from '../distributions/distribution.ts';
import { distributionFor } from '../distributions/distribution-for.ts';
import { type ActorCritic, denseActorCritic, separateActorCritic } from '../networks/actor-critic.ts';
import { observationScaling } from '../normalization/observation-scaling.ts';
import { rewardScaling } from '../normalization/reward-scaling.ts';
import { createPolicy, type Policy } from '../policy/policy.ts';
import { ACTION_MASK } from '../spaces/action-mask.ts';
import { observationEncoder } from '../spaces/observations.ts';
import { arrayState, checkpointing, trainedState } from '../training/checkpointing.ts';
import { checkReplays, type Environments, openEnvironments } from '../training/environments.ts';
import { episodesOf } from '../training/episodes.ts';
import { rateAt } from '../training/rate.ts';
import { runtimeFor } from '../training/runtime-for.ts';
import { compileActor } from './actor.ts';
import { type Collector, collect } from './collect.ts';
import { explainedVariance } from './explained-variance.ts';
import { createRollout } from './rollout.ts';
import { checkPpo, type PpoOptions, type PpoSettings, type PpoUpdate } from './settings.ts';
import { learnFrom, minibatchSizes, type Updater } from './update.ts';
import { compileUpdates } from './update-step.ts';

/** What has been learnt. */
export interface PpoResult<O extends Space = Space, A extends Space = Space> {
  readonly policy: Policy<O, A>;
  /** Parameters of the value's network, flat, or of its head where layers are shared. */
  readonly valueParams: Float32Array;
  /** Steps of environments that were learnt from: whole rollouts, so that it may be more than was asked for. */
  readonly timesteps: number;
  /** Of the last update; undefined where a checkpoint had them all. */
  readonly last: PpoUpdate | undefined;
}

/**
 * Proximal policy optimization (Schulman et al. 2017) with generalized advantage estimates, in the details of Stable-Baselines3: rollouts of some steps in all environments,
 * bootstrapped by the value of the last observation where an episode is truncated; epochs of shuffled minibatches with standardized advantages; clipped ratios; gradients cut to
 * a norm; Adam with ε = 1e-5. The same seed gives the same numbers on any number of threads, also after a resume.
 * @throws {InputError} in one line: `setting`, for options that are unknown, out of range or don't go together; `data` and `not-finite`, for what environments show; `model`, for a
 * checkpoint of something else
 * @throws {DivergedError} where a gradient or a parameter is not finite
 * @throws the signal's reason; what environments throw
 */
export async function ppo<O extends Space, A extends Space>(options: PpoOptions<O, A>): Promise<PpoResult<O, A>> {
  const settings = checkPpo(options);
  const environments = openEnvironments(options.env, settings.envs);
  try {
    return await withScope((scope) => learn(scope, environments, settings));
  } finally {
    environments.close();
  }
}

async function learn<O extends Space, A extends Space>(
  scope: Scope,
  environments: Environments<O, A>,
  settings: PpoSettings,
): Promise<PpoResult<O, A>> {
  const { timesteps, signal, onUpdate } = settings;
  const learner = await createLearner(scope, environments, settings);
  const { collector, updater, rollout, checkpoints, networks } = learner;
  const random = createRandom(settings.seed);
  const begun = performance.now();
  let progress = learner.resumed;
  let last: PpoUpdate | undefined;
  while (progress.timesteps < timesteps) {
    if (signal?.aborted) {
      await checkpoints.save(progress);
      throw signal.reason;
    }
    const update = progress.update + 1;
    await collect(collector, rollout, random.split('act').split(update));
    progress = { update, timesteps: progress.timesteps + rollout.rows };
    const share = progress.timesteps / timesteps;
    const rates = {
      learningRate: rateAt('ppo', 'learningRate', settings.learningRate, share),
      clipRange: rateAt('ppo', 'clipRange', settings.clipRange, share),
    };
    const statistics = await learnFrom(updater, rollout, rates, random.split('shuffle').split(update));
    const { tally } = collector.episodes;
    last = {
      ...progress,
      ...statistics,
      ...rates,
      episodes: tally.ended,
      meanReturn: tally.meanReturn(),
      meanLength: tally.meanLength(),
      explainedVariance: explainedVariance(rollout),
      seconds: (performance.now() - begun) / 1000,
    };
    // Told first: whoever keeps something of it in the checkpoint, too, has it there.
    await onUpdate?.(last);
    if (checkpoints.isDue(update) || progress.timesteps >= timesteps) await checkpoints.save(progress);
  }
  return {
    policy: policyOf(environments, collector, networks, updater, settings),
    valueParams: updater.params.data.slice(networks.policySize),
    timesteps: progress.timesteps,
    last,
  };
}

function policyOf<O extends Space, A extends Space>(
  { observationSpace }: Environments<O, A>,
  { distribution, observationScaling }: Collector,
  { policy, policySize }: ActorCritic,
  { params }: Updater,
  { seed }: PpoSettings,
): Policy<O, A> {
  return createPolicy({
    observationSpace,
    distribution: distribution as Distribution<A>,
    model: policy,
    params: params.data.slice(0, policySize),
    normalization: observationScaling?.normalization(),
    seed,
  });
}

/** Everything that learning is done with, from its beginning or from where a checkpoint was saved. */
async function createLearner<O extends Space, A extends Space>(
  scope: Scope,
  environments: Environments<O, A>,
  settings: PpoSettings,
) {
  const { seed, discount, lambda, rolloutSteps, batchSize } = settings;
  const { count } = environments;
  const encoder = observationEncoder(environments.observationSpace);
  const distribution = distributionFor(environments.actionSpace);
  const networks = networksOf(distribution, encoder.size, settings);
  const runtime = await runtimeFor(settings.runtime, batchSize, widestOf(settings));
  const random = createRandom(seed);
  const first = initialize(networks.model, random.split('networks'));
  const params = blockIn(scope, runtime.arena.alloc('float32', first.length));
  const grads = blockIn(scope, runtime.arena.alloc('float32', first.length));
  params.data.set(first);
  const optimizer = scope.own(adam({ epsilon: 1e-5 }).create(first.length, runtime));
  const episodes = episodesOf(environments, encoder, distribution, random.split('episodes'));
  const scaling = settings.normalizeObservations ? observationScaling(encoder.size) : undefined;
  const rewards = settings.normalizeRewards ? rewardScaling(count, discount) : undefined;
  const checkpoints = checkpointing(settings.checkpoint, identityOf(settings, environments), [
    trainedState('params', () => params.data, optimizer),
    episodes,
    ...(scaling ? [arrayState('observationScaling', scaling)] : []),
    ...(rewards ? [arrayState('rewardScaling', rewards)] : []),
  ]);
  if (settings.checkpoint) checkReplays('ppo', environments);
  let resumed = await checkpoints.load();
  if (resumed === undefined) {
    episodes.begin();
    scaling?.learn(episodes.observations);
    resumed = { update: 0, timesteps: 0 };
  }
  const masked = settings.actionMasks ?? episodes.infos.some((info) => ACTION_MASK in info);
  if (masked) checkMaskable(distribution);
  const widths = {
    inputs: encoder.size,
    actionSize: distribution.actionSize,
    maskSize: masked ? distribution.outputs : 0,
  };
  const rollout = createRollout(rolloutSteps * count, widths);
  const weights = settings;
  const steps = await compileUpdates(
    scope,
    runtime,
    { networks, distribution, widths, weights },
    { sizes: minibatchSizes(rollout.rows, batchSize), params, grads },
  );
  const actor = await compileActor(scope, runtime, networks, { rows: count, inputs: encoder.size, params });
  const collector: Collector = {
    episodes,
    actor,
    distribution,
    observationScaling: scaling,
    rewardScaling: rewards,
    discount,
    lambda,
  };
  const { epochs, normalizeAdvantages, clipNorm, targetKl } = settings;
  const made = { kernels: runtime.kernels, steps, params, grads, optimizer, widths };
  const updater: Updater = { ...made, batchSize, epochs, normalizeAdvantages, clipNorm, targetKl };
  return { collector, updater, rollout, checkpoints, networks, resumed };
}

function networksOf(distribution: Distribution, inputs: number, settings: PpoSettings): ActorCritic {
  const { networks, hidden, valueHidden = hidden, shared, activation, logStd } = settings;
  if (networks) return separateActorCritic(networks.policy, networks.value);
  const name = activation as ActivationName;
  return denseActorCritic(distribution, { inputs, hidden, valueHidden, shared, activation: name, logStd });
}

/** Of hidden layers; undefined for networks of one's own. */
const widestOf = ({ networks, hidden, valueHidden = hidden }: PpoSettings): number | undefined =>
  networks ? undefined : Math.max(1, ...hidden, ...valueHidden);

function checkMaskable({ choices, name }: Distribution): void {
  if (choices.length > 0) return;
  throw new InputError('setting', `learners: there are action masks, and the distribution is ${name}; leave them out`);
}

/** What a checkpoint must agree with; the timesteps may become more. */
function identityOf(settings: PpoSettings, { count, observationSpace, actionSpace }: Environments) {
  const { timesteps, env, onUpdate, signal, checkpoint, runtime, networks, ...numbers } = settings;
  const plain = Object.entries(numbers).filter(([, value]) => typeof value !== 'function' && value !== undefined);
  return {
    learner: 'ppo',
    ...(Object.fromEntries(plain) as Record<string, number>),
    envs: count,
    spaces: JSON.stringify([observationSpace, actionSpace]),
  };
}
