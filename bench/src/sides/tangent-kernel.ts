import type { Runtime } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { tangentKernel } from '@unbraid/linearity';
import { serve } from '../serve.ts';
import { firstRows, type LinearityData, type LinearityTask, readLinearityTask } from '../tasks/linearity.ts';

/** Our side of a tangent kernel: one call of the public function, its graph compiled anew each time. */

let data: LinearityData;
let runtime: Runtime;

await serve<LinearityTask>({
  async prepare({ file, threads }) {
    data = await readLinearityTask(file);
    runtime = nodeRuntime({ threads });
    const { relativeError } = await tangentKernel(data, data.x, data.x, { runtime });
    return {
      version: runtime.backend.name,
      note: `relative error ${relativeError.toExponential(0)}, measured in float64`,
    };
  },
  async run() {
    const start = performance.now();
    const { kernel } = await tangentKernel(data, data.x, data.x, { runtime, sampledRows: 0 });
    return { milliseconds: performance.now() - start, weights: firstRows(kernel) };
  },
});
