import { fitVae } from '@unbraid/dynamic-vae';
import { serve } from '../serve.ts';
import { FIT_SEED, objectiveOf, readVaeTask, type VaeTask } from '../tasks/dynamic-vae.ts';
import { runtimeOf } from './runtime.ts';

/** Our side of a VAE's training step: `fitVae` as a user calls it, whose own count of seconds leaves compiling out. */

/** Makes so many steps; returns the seconds that they took, and their losses. */
let train: (steps: number) => Promise<{ seconds: number; losses: number[] }>;

await serve<VaeTask>({
  async prepare(task) {
    const runtime = runtimeOf(task);
    const { vae, x, rows, params } = await readVaeTask(task);
    train = async (steps) => {
      const losses: number[] = [];
      const { seconds } = await fitVae({
        vae,
        images: (batch) => batch.set(x),
        objective: objectiveOf(task),
        steps,
        batchSize: rows,
        learningRate: task.learningRate,
        seed: FIT_SEED,
        params,
        onStep: ({ loss }) => losses.push(loss),
        runtime,
      });
      return { seconds, losses };
    };
    const { losses } = await train(task.checkedSteps);
    return { version: runtime.backend.name, losses };
  },
  async run({ steps = 1 }) {
    const { seconds } = await train(steps);
    return { milliseconds: (1000 * seconds) / steps };
  },
});
