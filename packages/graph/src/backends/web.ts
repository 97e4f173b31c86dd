import { Arena, type ArenaOptions, createKernels } from '@unbraid/kernels';
import * as ort from 'onnxruntime-web';
import type { Backend, BackendOptions, Runtime } from './backend.ts';
import { ortSession } from './ort-session.ts';
import { checkRuntime, sessionOptions } from './session-options.ts';

/**
 * ONNX Runtime in WebAssembly. Providers: `wasm`, and `webgpu` in browsers that have it. More than one thread needs a page
 * that is cross-origin isolated.
 */
export function webBackend(options: BackendOptions = {}): Backend {
  const { threads = 1, provider = 'wasm' } = checkRuntime('webBackend', options);
  ort.env.wasm.numThreads = threads;
  return {
    name: `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}, ${provider}, ${threads} threads`,
    createSession: async (model, needs) =>
      ortSession(await ort.InferenceSession.create(model, sessionOptions(provider, threads, needs)), {
        writesInPlace: false,
        tensor: (dtype, data, shape) => new ort.Tensor(dtype, data, shape),
      }),
  };
}

/** The WebAssembly backend with an arena and the kernels. */
export function webRuntime(given: BackendOptions & { readonly arena?: ArenaOptions } = {}): Runtime {
  const { arena: room, ...options } = checkRuntime('webRuntime', given);
  const arena = new Arena(room);
  return { backend: webBackend(options as BackendOptions), arena, kernels: createKernels(arena) };
}
