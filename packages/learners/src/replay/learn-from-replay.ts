import { InputError } from '@unbraid/checks';
import type { CheckpointStore } from '@unbraid/nn';
import type { Checkpointing, Progress, Stateful } from '../training/checkpointing.ts';
import type { EpisodeTally } from '../training/episode-tally.ts';
import type { ReplayCollector } from './replay-collector.ts';
import type { ReplaySettings, ReplayUpdate } from './replay-options.ts';

/** How one learner acts and learns; the loop around it is the same for all. */
export interface ReplayLearner<R extends ReplayUpdate> {
  /** Writes actions for all environments to the collector's. @param timesteps that are done @param warmingUp whether they are to be random */
  act(timesteps: number, warmingUp: boolean): Promise<void> | undefined;
  /** Told after a step of all environments. @param timesteps that are done now */
  stepped(timesteps: number): void;
  /** Learns from a batch of the buffer. @param gradientStep counted from 0 @param timesteps that are done */
  learn(gradientStep: number, timesteps: number): Promise<void> | undefined;
  /** What an update's record says of the batches that were learnt from since the last call. */
  statistics(timesteps: number): Omit<R, keyof ReplayUpdate>;
}

/** Everything that the loop works on. */
export interface ReplayLoop<R extends ReplayUpdate> {
  readonly learner: ReplayLearner<R>;
  readonly collector: ReplayCollector;
  readonly tally: EpisodeTally;
  /** Environments. */
  readonly count: number;
  readonly counter: GradientSteps;
  readonly checkpoints: Checkpointing;
  /** Where it begins. */
  readonly resumed: Progress;
}

/** Batches that were learnt from so far. */
export interface GradientSteps extends Stateful {
  done: number;
}

/** Steps of environments from one checkpoint to the next, where the store doesn't say. */
const STEPS_BETWEEN_CHECKPOINTS = 10_000;

/** A store that is saved to at times that suit a buffer of many rows. */
export const patient = (store: CheckpointStore | undefined, stepsOfUpdate: number): CheckpointStore | undefined =>
  store && {
    load: () => store.load(),
    save: (state) => store.save(state),
    everyEpochs: store.everyEpochs ?? Math.ceil(STEPS_BETWEEN_CHECKPOINTS / stepsOfUpdate),
  };

export function gradientSteps(): GradientSteps {
  return {
    done: 0,
    state() {
      return { gradientSteps: Float64Array.of(this.done) };
    },
    restore(arrays) {
      const [done] = arrays.gradientSteps ?? [];
      if (done === undefined)
        throw new InputError(
          'model',
          'learners: the checkpoint does not say how many batches were learnt from; begin anew',
        );
      this.done = done;
    },
  };
}

/**
 * Collects and learns in turn, as Stable-Baselines3's learners from replay do, until the timesteps are done.
 * @returns how far it came, and the last update's record
 * @throws the signal's reason, once the state is saved
 */
export async function learnFromReplay<R extends ReplayUpdate>(
  { learner, collector, tally, count, counter, checkpoints, resumed }: ReplayLoop<R>,
  { timesteps, learningStarts, trainFrequency, gradientSteps: perRound, signal, onUpdate }: ReplaySettings<R>,
): Promise<{ readonly timesteps: number; readonly last: R | undefined }> {
  const begun = performance.now();
  let progress = resumed;
  let last: R | undefined;
  while (progress.timesteps < timesteps) {
    if (signal?.aborted) await checkpoints.save(progress);
    signal?.throwIfAborted();
    let done = progress.timesteps;
    let steps = 0;
    for (; steps < trainFrequency && done < timesteps; steps++) {
      const pending = learner.act(done, done < learningStarts);
      if (pending) await pending;
      collector.step();
      done += count;
      learner.stepped(done);
    }
    const rounds = perRound < 0 ? steps : perRound;
    for (let i = 0; i < rounds && done > learningStarts; i++) {
      const pending = learner.learn(counter.done++, done);
      if (pending) await pending;
    }
    progress = { update: progress.update + 1, timesteps: done };
    last = {
      ...learner.statistics(done),
      ...progress,
      episodes: tally.ended,
      meanReturn: tally.meanReturn(),
      meanLength: tally.meanLength(),
      gradientSteps: counter.done,
      seconds: (performance.now() - begun) / 1000,
    } as R;
    // Told first: whoever keeps something of it in the checkpoint, too, has it there.
    await onUpdate?.(last);
    if (checkpoints.isDue(progress.update) || done >= timesteps) await checkpoints.save(progress);
  }
  return { timesteps: progress.timesteps, last };
}
