import type { Random } from '@unbraid/kernels';
import type { Space } from '@unbraid/sim-env';
import type { Distribution } from '../distributions/distribution.ts';
import { ACTION_MASK } from '../spaces/action-mask.ts';
import { observationEncoder } from '../spaces/observations.ts';
import { type Checkpointing, checkpointing, type Progress, type Stateful } from '../training/checkpointing.ts';
import { checkReplays, type Environments } from '../training/environments.ts';
import { type Episodes, episodesOf } from '../training/episodes.ts';
import { type GradientSteps, gradientSteps, patient } from './learn-from-replay.ts';
import { createReplayBuffer, type ReplayBuffer, type ReplayWidths } from './replay-buffer.ts';
import { type ReplayCollector, replayCollector } from './replay-collector.ts';
import type { ReplaySettings, ReplayUpdate } from './replay-options.ts';

/** Episodes that have begun, and a buffer for them. */
export interface OpenReplay {
  readonly episodes: Episodes;
  readonly widths: ReplayWidths;
  readonly replay: ReplayBuffer;
  readonly collector: ReplayCollector;
  readonly counter: GradientSteps;
}

/** Begins episodes, sees whether their choices are masked, and makes the buffer. */
export function openReplay<O extends Space, A extends Space>(
  environments: Environments<O, A>,
  distribution: Distribution<A>,
  { replaySize, actionMasks }: { readonly replaySize: number; readonly actionMasks?: boolean | undefined },
  random: Random,
): OpenReplay {
  const encoder = observationEncoder(environments.observationSpace);
  const episodes = episodesOf(environments, encoder, distribution, random.split('episodes'));
  episodes.begin();
  const shown = episodes.infos.some((info) => ACTION_MASK in info);
  const masked = distribution.choices.length > 0 && (actionMasks ?? shown);
  const widths = {
    inputs: encoder.size,
    actionSize: distribution.actionSize,
    maskSize: masked ? distribution.outputs : 0,
  };
  const replay = createReplayBuffer(replaySize, environments.count, widths);
  const collector = replayCollector(episodes, distribution as unknown as Distribution, replay, widths);
  return { episodes, widths, replay, collector, counter: gradientSteps() };
}

/** Settings of any learner from replay; what it tells its listener differs. */
type IdentitySettings = Omit<ReplaySettings<ReplayUpdate>, 'onUpdate'>;

/** Goes on from where a checkpoint was saved, where there is one. @param parts of the learner, beside episodes and buffer */
export async function resumeReplay(
  learner: string,
  { episodes, replay, counter }: OpenReplay,
  environments: Environments,
  settings: IdentitySettings,
  parts: readonly Stateful[],
): Promise<{ readonly checkpoints: Checkpointing; readonly resumed: Progress }> {
  const { checkpoint, trainFrequency } = settings;
  if (checkpoint) checkReplays(learner, environments);
  const store = patient(checkpoint, trainFrequency * environments.count);
  const identity = identityOf(learner, settings, environments);
  const checkpoints = checkpointing(store, identity, [...parts, episodes, replay, counter]);
  return { checkpoints, resumed: (await checkpoints.load()) ?? { update: 0, timesteps: 0 } };
}

/** What a checkpoint must agree with. The timesteps do, too: exploration falls over them. */
function identityOf(
  learner: string,
  settings: IdentitySettings,
  { count, observationSpace, actionSpace }: Environments,
) {
  const { env, signal, checkpoint, runtime, ...others } = settings;
  const plain = Object.entries(others).filter(([, value]) => value !== undefined && typeof value !== 'function');
  return {
    learner,
    ...(Object.fromEntries(plain) as Record<string, number>),
    envs: count,
    spaces: JSON.stringify([observationSpace, actionSpace]),
  };
}
