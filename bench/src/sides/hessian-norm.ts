import type { Runtime } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { hessianNorm } from '@unbraid/linearity';
import { serve } from '../serve.ts';
import { type LinearityData, type LinearityTask, readLinearityTask } from '../tasks/linearity.ts';

/** Our side of a Hessian's norm: one call of the public function, cut off after so many products. */

/** Below what float32 reaches, so that every product is made. */
const TOLERANCE = 1e-9;

let data: LinearityData;
let runtime: Runtime;
let maxProducts: number;

const search = () => hessianNorm(data, { runtime, maxProducts, tolerance: TOLERANCE });

await serve<LinearityTask>({
  async prepare({ file, threads, products }) {
    data = await readLinearityTask(file);
    runtime = nodeRuntime({ threads });
    maxProducts = products!;
    const { norm } = await search();
    return {
      version: runtime.backend.name,
      note: `‖H‖ = ${norm.value.toPrecision(4)} ± ${norm.bound.toExponential(0)}`,
    };
  },
  async run() {
    const start = performance.now();
    const { norm, products } = await search();
    if (products !== maxProducts) throw new Error(`bench: ${products} products were made, not ${maxProducts}`);
    return { milliseconds: performance.now() - start, weights: [norm.value] };
  },
});
