import { serve } from '../serve.ts';
import { type MlpTask, readMlpTask } from '../tasks/mlp.ts';
import { createMlpSteps, type MlpSteps } from './mlp-steps.ts';
import { runtimeOf } from './runtime.ts';
import { timeOf } from './trainer.ts';

/** Our side of a training step of an MLP. */

let steps: MlpSteps;

await serve<MlpTask>({
  async prepare(task) {
    const { file, checkedSteps } = task;
    const runtime = runtimeOf(task);
    steps = await createMlpSteps(runtime, await readMlpTask(file));
    const losses: number[] = [];
    for (let count = 0; count < checkedSteps; count++) {
      await steps.step();
      losses.push(steps.loss());
    }
    return { version: runtime.backend.name, losses };
  },
  async run({ steps: count = 1 }) {
    return { milliseconds: await timeOf(count, steps.step) };
  },
});
