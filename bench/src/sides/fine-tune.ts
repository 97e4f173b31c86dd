import { serve } from '../serve.ts';
import type { FineTuneTask } from '../tasks/fine-tune.ts';
import { fineTuning } from './fine-tuning.ts';
import { runtimeOf } from './runtime.ts';
import { timeOf } from './trainer.ts';

/** Our side of a fine-tuning step. */

/** Makes a step and returns its loss. */
let train: () => Promise<number>;

await serve<FineTuneTask>({
  async prepare(task) {
    const runtime = runtimeOf(task);
    train = await fineTuning(runtime, task);
    const losses: number[] = [];
    for (let count = 0; count < task.checkedSteps; count++) losses.push(await train());
    return { version: runtime.backend.name, losses };
  },
  async run({ steps = 1 }) {
    return { milliseconds: await timeOf(steps, () => train().then(() => undefined)) };
  },
});
