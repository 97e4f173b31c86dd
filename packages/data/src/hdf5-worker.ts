import { Worker } from 'node:worker_threads';

/** Bundlers that keep functions' names wrap each in a call of `__name`, in the text of a function that a thread runs as well. */
const NAMES = 'const __name = (named) => named;';

/**
 * A thread that reads HDF5 by h5wasm: its program is text, for a bundler may leave no file of its own to start.
 *
 * @param name what the system calls it
 * @param program CommonJS
 * @param workerData what the program is given
 */
export const hdf5Worker = (name: string, program: string, workerData: unknown): Worker =>
  new Worker(`${NAMES}\n${program}`, {
    eval: true,
    workerData,
    name,
    execArgv: [],
    env: {},
    // The library prints what it stumbles over.
    stdout: true,
    stderr: true,
  });

/** What went wrong, in one line; of the HDF5 library's account, which goes from call to call, the innermost reason. */
export function hdf5Reason(fault: string): string {
  const reasons = [...fault.matchAll(/\(\): ([^\n]{1,200})/g)].map(([, reason]) => reason!.trim());
  return (reasons.at(-1) ?? fault).replaceAll(/\s+/g, ' ').slice(0, 300);
}
