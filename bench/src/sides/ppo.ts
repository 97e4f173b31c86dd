import { ppo } from '@unbraid/learners';
import { CartPole } from '@unbraid/sim-env/models';
import { serve } from '../serve.ts';
import type { PpoTask } from '../tasks/sim-env.ts';

/** Our side of learning CartPole by PPO. */

let task: PpoTask;

await serve<PpoTask>({
  async prepare(given) {
    task = given;
    // Warms up what compiles functions that run often.
    await milliseconds();
    return { version: '@unbraid/learners' };
  },
  run: async () => ({ milliseconds: await milliseconds() }),
});

/** Milliseconds a step of rollouts and updates, without what is compiled before. */
async function milliseconds(): Promise<number> {
  const { envs, rolloutSteps, batchSize, epochs, timesteps } = task;
  const { last } = await ppo({ env: () => CartPole(), envs, rolloutSteps, batchSize, epochs, timesteps, seed: 1 });
  return (1000 * last!.seconds) / timesteps;
}
