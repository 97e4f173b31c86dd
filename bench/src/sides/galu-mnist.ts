import { readSafetensors, requireTensor } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import type { GaluMnistTask } from '../tasks/galu-mnist.ts';
import { createSolver, type Solver } from './cgls.ts';
import { testAccuracy } from './test-accuracy.ts';

/** Our side of GaLU on MNIST: the same number of iterations of CGLS as the peer. */

let solver: Solver;
let iterations: number;
let accuracyOf: (weights: Float32Array) => Promise<number>;

await serve<GaluMnistTask>({
  async prepare(task) {
    const content = await readSafetensors(task.file);
    const tensor = (name: string) => requireTensor(content, name, 'F32');
    const [x, y, u, a] = [tensor('X'), tensor('Y'), tensor('U'), tensor('A')];
    const [gates, outputs] = a.shape as [number, number];
    const [samples, inputs] = x.shape as [number, number];
    const runtime = nodeRuntime({ threads: task.threads });
    const problem = { x: x.data, y: y.data, u: u.data, a: a.data, sizes: { samples, inputs, gates, outputs } };
    solver = await createSolver(runtime, problem, 1);
    iterations = task.iterations;
    const test = { x: tensor('XTest'), labels: requireTensor(content, 'labelsTest', 'I32').data };
    accuracyOf = (weights) => testAccuracy(runtime, { ...problem, weights }, test);
    return { version: runtime.backend.name };
  },
  async run() {
    const start = performance.now();
    const { weights } = await solver.solve({ error: 0, iterations });
    const milliseconds = performance.now() - start;
    return { milliseconds, figures: { testAccuracy: await accuracyOf(weights) } };
  },
});
