import type { Runtime } from '@unbraid/graph';
import { type NodeRuntimeOptions, nodeRuntime } from '@unbraid/graph/node';
import type { Binding } from '../own-binding.ts';

/** The runtime that a task asks for; without a binding that which a user gets. */
export function runtimeOf({ threads, kernelThreads, binding }: RuntimeTask): Runtime {
  const options: NodeRuntimeOptions = {
    ...(threads !== undefined && { threads }),
    ...(kernelThreads !== undefined && { kernelThreads }),
    ...(binding !== undefined && { binding }),
  };
  return nodeRuntime(options);
}

interface RuntimeTask {
  readonly threads?: number;
  readonly kernelThreads?: number;
  readonly binding?: Binding;
}
