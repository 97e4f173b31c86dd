import { Arena, type ArenaOptions, createKernels } from '@unbraid/kernels';
import { createTeam } from '@unbraid/kernels/node';
import * as ort from 'onnxruntime-node';
import { findChannelBlock } from '../onnx/channel-block.ts';
import type { Backend, BackendOptions, Runtime } from './backend.ts';
import { defaultThreads } from './default-threads.ts';
import { checkThreads, sessionOptions } from './session-options.ts';
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
export function nodeBackend({ threads = defaultThreads(), provider = 'cpu' }: BackendOptions = {}): Backend {
  checkThreads(threads);
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

/** The native backend with an arena and the kernels. @throws {RangeError} for numbers of threads that are no whole numbers of at least 1 */
export function nodeRuntime({ kernelThreads = 1, ...options }: NodeRuntimeOptions = {}): Runtime {
  const arena = new Arena(options.arena);
  const team = checkThreads(kernelThreads) > 1 ? createTeam({ threads: kernelThreads }) : undefined;
  return { backend: nodeBackend(options), arena, kernels: createKernels(arena, team && { team }) };
}
