import type { Runtime } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { serve } from '../serve.ts';
import {
  type ConvolutionKernelKind,
  type ConvolutionKernelTask,
  convolutionKernel,
  readConvolutionTask,
} from '../tasks/convolution-kernel.ts';

/** Our side of the kernel of a convolutional network: one call of the public function, its graphs compiled anew each time. */

let data: Awaited<ReturnType<typeof readConvolutionTask>>;
let runtime: Runtime;
let kind: ConvolutionKernelKind;

await serve<ConvolutionKernelTask>({
  async prepare(task) {
    data = await readConvolutionTask(task.file);
    runtime = nodeRuntime({ threads: task.threads });
    kind = task.kind;
    return { version: runtime.backend.name };
  },
  async run() {
    const start = performance.now();
    const weights = await convolutionKernel(data, kind, { runtime });
    return { milliseconds: performance.now() - start, weights: [...weights] };
  },
});
