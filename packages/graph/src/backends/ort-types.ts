import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';

/**
 * What is used of ONNX Runtime's packages for JavaScript, which are optional: where they aren't installed, neither are their own types.
 */
export interface OrtTensor {
  readonly data: unknown;
}

export type OrtTensors = Record<string, OrtTensor>;

export interface OrtInferenceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: OrtTensors, fetches?: OrtTensors): Promise<OrtTensors>;
  endProfiling(): void;
  release(): Promise<void>;
}

/** Options of a session, as ONNX Runtime's packages for JavaScript name them. */
export interface OrtSessionOptions {
  readonly executionProviders?: readonly (
    | string
    | { readonly name: string; readonly forceCpuNodeNames?: readonly string[] }
  )[];
  readonly executionMode?: 'sequential' | 'parallel';
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  readonly intraOpNumThreads?: number;
  readonly interOpNumThreads?: number;
  readonly enableMemPattern?: boolean;
  readonly enableProfiling?: boolean;
  readonly profileFilePrefix?: string;
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
  readonly extra?: Record<string, unknown>;
}

/** What all of these packages export. */
export interface OrtModule {
  readonly InferenceSession: { create(model: Uint8Array, options: OrtSessionOptions): Promise<OrtInferenceSession> };
  readonly Tensor: new (dtype: DType, data: TypedArray, shape: Shape) => OrtTensor;
}
