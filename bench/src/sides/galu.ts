import { createMatrix } from '@unbraid/data';
import { type PreparedLeastSquares, prepareLeastSquares } from '@unbraid/galu';
import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import { type GaluTask, readGaluTask } from '../tasks/galu.ts';

/** Our side of training a GaLU network to a given error: conjugate gradients on the exact problem. */

const stopAt = (targetError: number) => ({ tolerance: 0, targetError, maxIterations: 1000 });
let prepared: PreparedLeastSquares;
let target: number;

await serve<GaluTask>({
  async prepare({ file, error, threads }) {
    const { samples, dimension, gates, x, y, u, alpha } = await readGaluTask(file);
    const runtime = nodeRuntime({ threads });
    prepared = await prepareLeastSquares(
      {
        x: createMatrix(samples, dimension, x),
        y: createMatrix(samples, 1, y),
        gates: createMatrix(gates, dimension, u),
        a: createMatrix(gates, 1, alpha),
        ridge: 0,
        precondition: 'gates',
      },
      { runtime },
    );
    target = error;
    const { iterations } = await prepared.solve(stopAt(error));
    return { version: runtime.backend.name, note: `${iterations} iterations of preconditioned CGLS` };
  },
  async run() {
    const start = performance.now();
    const { weights } = await prepared.solve(stopAt(target));
    return { milliseconds: performance.now() - start, weights: [...weights] };
  },
});
