import { f32, mul, reduceMean, sub } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/** What a training step costs beyond its kernels: a step on four numbers, whose kernels take next to nothing. */

const SIZE = 4;
const sample = new Float32Array(SIZE).fill(1);
let trainer: Trainer<'x'>;

await serve<{ readonly threads: number }>({
  async prepare({ threads }) {
    const runtime = nodeRuntime({ threads });
    trainer = await createTrainer(runtime, {
      specs: { params: { w: f32(SIZE) }, batch: { x: f32(SIZE) } },
      loss: ({ w }, { x }) => {
        const error = sub(w, x);
        return reduceMean(mul(error, error));
      },
      learningRate: 1e-3,
    });
    return { version: runtime.backend.name, note: `loss, gradient and Adam of ${SIZE} parameters` };
  },
  async run({ steps = 1 }) {
    const start = performance.now();
    for (let count = 0; count < steps; count++) {
      trainer.batch.x.float32.set(sample);
      await trainer.step();
    }
    return { milliseconds: (performance.now() - start) / steps };
  },
});
