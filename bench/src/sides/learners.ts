import { dqn, type ReplayUpdate, sac } from '@unbraid/learners';
import { CartPole, Pendulum } from '@unbraid/sim-env/models';
import { serve } from '../serve.ts';
import type { LearnersTask } from '../tasks/learners.ts';

/** Our side of learning from replay. */

let task: LearnersTask;

/** Learns anew, and times what comes after the beginning. */
async function millisecondsAStep({ learner, timesteps, begun }: LearnersTask): Promise<number> {
  let first: ReplayUpdate | undefined;
  let last: ReplayUpdate | undefined;
  const onUpdate = (update: ReplayUpdate) => {
    if (update.timesteps >= begun) first ??= update;
    last = update;
  };
  await learners[learner](begun + timesteps, onUpdate);
  return (1000 * (last!.seconds - first!.seconds)) / (last!.timesteps - first!.timesteps);
}

const learners: Readonly<
  Record<LearnersTask['learner'], (timesteps: number, onUpdate: (update: ReplayUpdate) => void) => Promise<unknown>>
> = {
  dqn: (timesteps, onUpdate) =>
    dqn({
      env: () => CartPole(),
      timesteps,
      onUpdate,
      learningRate: 2.3e-3,
      batchSize: 64,
      replaySize: 100_000,
      learningStarts: 1000,
      targetPeriod: 10,
      trainFrequency: 256,
      gradientSteps: 128,
      explorationFraction: 0.16,
      finalExploration: 0.04,
      hidden: [256, 256],
    }),
  sac: (timesteps, onUpdate) => sac({ env: () => Pendulum(), timesteps, onUpdate, learningRate: 1e-3 }),
};

await serve<LearnersTask>({
  async prepare(given) {
    task = given;
    await millisecondsAStep({ ...task, timesteps: Math.ceil(task.timesteps / 10) });
    return { version: '@unbraid/learners' };
  },
  async run() {
    return { milliseconds: await millisecondsAStep(task) };
  },
});
