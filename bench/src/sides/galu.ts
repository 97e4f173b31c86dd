import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import { type GaluTask, readGaluTask } from '../tasks/galu.ts';
import { createSolver, type Solver } from './cgls.ts';

/** Our side of training a GaLU network to a given error: conjugate gradients on the exact problem. */

const MOST_ITERATIONS = 1000;
let solver: Solver;
let target: number;

await serve<GaluTask>({
  async prepare({ file, error, threads }) {
    const { samples, dimension, gates, x, y, u, alpha } = await readGaluTask(file);
    const sizes = { samples, inputs: dimension, gates, outputs: 1 };
    const runtime = nodeRuntime({ threads });
    solver = await createSolver(runtime, { x, y, u, a: alpha, sizes }, Math.sqrt(2 / gates));
    target = error;
    const { iterations } = await solver.solve({ error, iterations: MOST_ITERATIONS });
    return { version: runtime.backend.name, note: `${iterations} iterations of preconditioned CGLS` };
  },
  async run() {
    const start = performance.now();
    const { weights } = await solver.solve({ error: target, iterations: MOST_ITERATIONS });
    return { milliseconds: performance.now() - start, weights: [...weights] };
  },
});
