import type { Arena, Kernels } from '@unbraid/kernels';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';

/** What runs ONNX models: one adapter for each runtime. */
export interface Backend {
  /** Runtime, version, provider and threads, for reports. */
  readonly name: string;
  /** Whether outputs given as tensors are written in place; otherwise results are new tensors, which the caller copies. */
  readonly writesInPlace: boolean;
  /** Set where several executables may run one session, also at the same time. */
  readonly sharesSessions?: boolean;
  /** Channels in a block of the runtime's blocked layout of images, undefined where it has none. Left out where it never has. */
  channelBlock?(): Promise<number | undefined>;
  createSession(model: Uint8Array, needs?: SessionNeeds): Promise<InferenceSession>;
  tensor(dtype: DType, data: TypedArray, shape: Shape): OrtTensor;
}

/** How a session is going to be used. */
export interface SessionNeeds {
  /**
   * Whether it takes one block for all its intermediate values from the second run on, beside the memory of the first. Default true; what it
   * gains is lost where several sessions take turns, and each has both.
   */
  readonly plansMemory?: boolean;
}

/** Everything a computation needs: who runs the graphs, the memory they share with the kernels, and the kernels. */
export interface Runtime {
  readonly backend: Backend;
  readonly arena: Arena;
  readonly kernels: Kernels;
}

export interface BackendOptions {
  /** Threads inside an operator; in Node by default `UNBRAID_THREADS`, or else the cores that the process may use, under its container's quota; in browsers 1. */
  readonly threads?: number;
  /** Execution provider; `cpu` in Node, `wasm` in browsers by default. */
  readonly provider?: string;
}
