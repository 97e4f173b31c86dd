import { availableParallelism } from 'node:os';
import { Arena, type ArenaOptions, createKernels } from '@unbraid/kernels';
import * as ort from 'onnxruntime-node';
import type { Backend, BackendOptions, Runtime } from './backend.ts';
import { checkThreads, sessionOptions } from './session-options.ts';

/** ONNX Runtime as a native library. Providers: `cpu`, and `webgpu` or `cuda` where their libraries are installed. */
export function nodeBackend({ threads = availableParallelism(), provider = 'cpu' }: BackendOptions = {}): Backend {
  const options = sessionOptions(provider, checkThreads(threads));
  return {
    name: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}, ${provider}, ${threads} threads`,
    writesInPlace: true,
    createSession: (model) => ort.InferenceSession.create(model, options),
    tensor: (dtype, data, shape) => new ort.Tensor(dtype, data, shape),
  };
}

/** The native backend with an arena and the kernels. */
export function nodeRuntime(options: BackendOptions & { readonly arena?: ArenaOptions } = {}): Runtime {
  const arena = new Arena(options.arena);
  return { backend: nodeBackend(options), arena, kernels: createKernels(arena) };
}
