import { Arena, type ArenaOptions, createKernels } from '@unbraid/kernels';
import * as ort from 'onnxruntime-node';
import { findChannelBlock } from '../onnx/channel-block.ts';
import type { Backend, BackendOptions, Runtime } from './backend.ts';
import { defaultThreads } from './default-threads.ts';
import { checkRuntime, sessionOptions } from './session-options.ts';
import { disableTelemetry } from './telemetry.ts';

/** A session of ONNX Runtime as a native library, which sends no telemetry then: for what `compile` doesn't offer. */
export async function nodeInferenceSession(
  model: Uint8Array,
  options: ort.InferenceSession.SessionOptions = {},
): Promise<ort.InferenceSession> {
  await disableTelemetry();
  return ort.InferenceSession.create(model, options);
}

/** ONNX Runtime as a native library. Providers: `cpu`, and `webgpu` or `cuda` where their libraries are installed. */
export function nodeBackend(options: BackendOptions = {}): Backend {
  const { threads = defaultThreads(), provider = 'cpu' } = checkRuntime('nodeBackend', options);
  const base: Pick<Backend, 'createSession' | 'tensor'> = {
    createSession: (model, needs) => nodeInferenceSession(model, sessionOptions(provider, threads, needs)),
    tensor: (dtype, data, shape) => new ort.Tensor(dtype, data, shape),
  };
  let block: Promise<number | undefined> | undefined;
  return {
    ...base,
    name: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}, ${provider}, ${threads} threads`,
    writesInPlace: true,
    sharesSessions: true,
    ...(provider === 'cpu' && {
      channelBlock: () => {
        block ??= findChannelBlock(base);
        return block;
      },
    }),
  };
}

export interface NodeRuntimeOptions extends BackendOptions {
  readonly arena?: ArenaOptions;
  /**
   * Threads for the kernels of sparse matrices, the caller's among them. Default 1. More make large products and gated sums faster and take
   * memory for copies of their operands; the results are the same.
   */
  readonly kernelThreads?: number;
}

/** The native backend with an arena and the kernels. @throws {InputError} for options that are unknown or out of range */
export function nodeRuntime(given: NodeRuntimeOptions = {}): Runtime {
  const { kernelThreads: _, arena: room, ...options } = checkRuntime('nodeRuntime', given);
  const arena = new Arena(room);
  return { backend: nodeBackend(options as BackendOptions), arena, kernels: createKernels(arena) };
}
