import { Arena, type ArenaOptions, createKernels } from '@unbraid/kernels';
import * as ort from 'onnxruntime-web';
import type { Backend, BackendOptions, Runtime } from './backend.ts';
import { checkThreads, sessionOptions } from './session-options.ts';

/**
 * ONNX Runtime in WebAssembly. Providers: `wasm`, and `webgpu` in browsers that have it. More than one thread needs a page
 * that is cross-origin isolated.
 */
export function webBackend({ threads = 1, provider = 'wasm' }: BackendOptions = {}): Backend {
  ort.env.wasm.numThreads = checkThreads(threads);
  return {
    name: `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}, ${provider}, ${threads} threads`,
    writesInPlace: false,
    createSession: (model, needs) => ort.InferenceSession.create(model, sessionOptions(provider, threads, needs)),
    tensor: (dtype, data, shape) => new ort.Tensor(dtype, data, shape),
  };
}

/** The WebAssembly backend with an arena and the kernels. */
export function webRuntime(options: BackendOptions & { readonly arena?: ArenaOptions } = {}): Runtime {
  const arena = new Arena(options.arena);
  return { backend: webBackend(options), arena, kernels: createKernels(arena) };
}
