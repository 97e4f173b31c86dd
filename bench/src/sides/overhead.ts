import { compile, f32, mul, reduceMean, sub, trace, valueAndGrad } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import { createTrainer } from './trainer.ts';

/** What a training step costs beyond its kernels: a step on four numbers, whose kernels take next to nothing. */

const SIZE = 4;
const sample = new Float32Array(SIZE).fill(1);
let step: () => Promise<void>;

await serve<{ readonly threads: number }>({
  async prepare({ threads }) {
    const runtime = nodeRuntime({ threads });
    const graph = trace({ params: f32(SIZE), x: f32(SIZE) }, ({ params, x }) =>
      valueAndGrad((w: typeof params) => reduceMean(mul(sub(w, x), sub(w, x))))(params),
    );
    const executable = await compile(graph, runtime);
    const trainer = createTrainer(runtime, executable, 1e-3);
    step = () => {
      executable.inputs.x.float32.set(sample);
      return trainer.step();
    };
    return { version: runtime.backend.name, note: `loss, gradient and Adam of ${SIZE} parameters` };
  },
  async run({ steps = 1 }) {
    const start = performance.now();
    for (let count = 0; count < steps; count++) await step();
    return { milliseconds: (performance.now() - start) / steps };
  },
});
