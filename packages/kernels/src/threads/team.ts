import type { Arena } from '../arena/arena.ts';
import type { WasmExports } from '../wasm/exports.ts';

/** Calls of one function of the wasm module, which may be made in any order and at the same time. */
export interface Calls {
  readonly kernel: keyof WasmExports;
  /** The arguments of each call, at most `MOST_PARTS` of them. */
  readonly args: readonly (readonly number[])[];
  /** Which argument is the address of memory to work in, and how many bytes of it each thread takes: one behind another from there on. */
  readonly scratch?: { readonly argument: number; readonly bytes: number };
}

/** More calls than this are not given to a team at once. */
export const MOST_PARTS = 64;

/** Threads that work in the memory of one arena. */
export interface Team {
  /** Shared. */
  readonly arena: Arena;
  /** The caller's among them. */
  readonly threads: number;
  /** Work up to which a kernel runs on the caller's thread alone, in nanoseconds that it would take there. */
  readonly leastWork: number;
  /**
   * Makes the calls, each on whichever thread is free, and returns their results when all are done. A thread that is slow to wake, or gone, leaves
   * its calls to the others.
   *
   * @throws InternalError when one of them failed, or a thread does not end one that it began
   */
  run(calls: Calls): readonly number[];
  /** Ends the threads, which start again when there is work. */
  end(): Promise<void>;
}
