import type { Arena } from '../arena/arena.ts';
import type { WasmExports } from '../wasm/exports.ts';

/** A function of the wasm module and what it is called with, addresses being those of the team's memory. */
export interface Call {
  readonly kernel: keyof WasmExports;
  readonly args: readonly number[];
}

/**
 * Threads that share a memory. Kernels that are given tables in it copy their other operands there, divide the work, and copy the results
 * back. What all of them compute has the same bits as on one thread.
 */
export interface Team {
  /** Over the shared memory. */
  readonly arena: Arena;
  /** The caller's among them. */
  readonly threads: number;
  /** Work below which a kernel runs on the caller's thread alone, in multiply-adds. */
  readonly leastWork: number;
  /**
   * Makes the calls at the same time, the first of them here, and returns when all are done.
   *
   * @throws Error when one of them failed, or a thread does not answer
   */
  run(calls: readonly Call[]): void;
  /** Ends the threads, which start again when there is work. */
  end(): Promise<void>;
}

/** Features in a cache line. Threads get whole lines of a row, so that no copy of theirs is ragged. */
const LINE = 16;

/** Where the parts of a row of `width` features for up to `threads` threads begin, and the end. */
export function divide(width: number, threads: number): number[] {
  const parts = Math.max(1, Math.min(threads, Math.floor(width / LINE)));
  return Array.from({ length: parts + 1 }, (_, i) =>
    i === parts ? width : LINE * Math.round((i * width) / parts / LINE),
  );
}
