import type { Arena, ArenaOptions, Kernels } from '@unbraid/kernels';
import type { Place } from '../run/port.ts';

/** What runs ONNX models: one adapter for each runtime. */
export interface Backend {
  /** Runtime, version, binding, provider and threads, for reports. */
  readonly name: string;
  /** Threads inside an operator, where the runtime knows. */
  readonly threads?: number;
  /** Whether runs read and write memory that threads share. Left out where they don't. */
  readonly sharesMemory?: boolean;
  /** Whether a run takes an input where it lies, so that one of which it reads little costs little. Left out where it is copied. */
  readonly readsInPlace?: boolean;
  /** Set where several executables may run one session, also at the same time. */
  readonly sharesSessions?: boolean;
  /** Channels in a block of the runtime's blocked layout of images, undefined where it has none. Left out where it never has. */
  channelBlock?(): Promise<number | undefined>;
  createSession(model: Uint8Array, needs?: SessionNeeds): Promise<Session>;
}

/** A model that is loaded. */
export interface Session {
  /**
   * The model's inputs and outputs in memory, by their ONNX names: each a place, whose port may change its vector between runs. A run throws
   * where a vector doesn't fit any more, or, through the C API, an output shares memory with an input.
   */
  bind(inputs: Places, outputs: Places): BoundSession;
  /** Frees the model, and what is bound to it. */
  release(): Promise<void>;
}

export type Places = ReadonlyMap<string, Place>;

/** A model that reads and writes memory. */
export interface BoundSession {
  /** Computes the outputs, at once or later: a promise is given only where there is something to wait for. */
  run(): Promise<void> | undefined;
  release(): void;
}

/** How a session is going to be used. */
export interface SessionNeeds {
  /**
   * Whether it takes one block for all its intermediate values from the second run on, beside the memory of the first. Default true; what it
   * gains is lost where several sessions take turns, and each has both.
   */
  readonly plansMemory?: boolean;
  /** Names of the model's nodes that providers other than ONNX Runtime's for CPUs take and then can't compute. */
  readonly onCpu?: readonly string[];
}

/** Everything a computation needs: who runs the graphs, the memory they share with the kernels, and the kernels. */
export interface Runtime {
  readonly backend: Backend;
  readonly arena: Arena;
  readonly kernels: Kernels;
}

/** What every backend may be told. */
export interface BackendOptions {
  /** Threads inside an operator; in Node by default `UNBRAID_THREADS`, or else the cores that the process may use, under its container's quota; in browsers 1. */
  readonly threads?: number;
  /** Execution provider; `cpu` in Node, `wasm` in browsers by default. */
  readonly provider?: string;
}

/** What a runtime may be told wherever it runs. */
export interface RuntimeOptions extends BackendOptions {
  readonly arena?: ArenaOptions;
}
