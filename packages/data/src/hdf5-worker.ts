import { Worker } from 'node:worker_threads';
import { InputError } from '@unbraid/checks';

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

/** A program that reads a file at once. */
export interface Hdf5Program {
  /** What the system calls its thread. */
  readonly thread: string;
  /** A function (start, load, memory) whose text is run; it refers to nothing outside of itself. */
  readonly extract: (start: never, load: never, memory: never) => Promise<object>;
  /** The text of a function that gives an answer's buffers, which are handed on and not copied. */
  readonly buffers: string;
}

/**
 * What `extract` answers in a thread of its own, which ends afterwards, or that it came to nothing.
 * @param name of the file, for the error
 * @param patience milliseconds
 * @throws {InputError} `limit`, where that takes longer
 */
export function hdf5Answer<Answer>(
  { thread, extract, buffers }: Hdf5Program,
  start: unknown,
  { name, patience }: { readonly name: string; readonly patience: number },
): Promise<Answer | { readonly fault: string }> {
  const program = `const { parentPort, workerData } = require('node:worker_threads');
const buffers = ${buffers};
(${extract})(workerData, (url) => import(url), WebAssembly.Memory).then((answer) => parentPort.postMessage(answer, buffers(answer)));`;
  const worker = hdf5Worker(thread, program, start);
  return new Promise<Answer | { readonly fault: string }>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new InputError('limit', `data: ${name} is not read after ${Math.round(patience / 1000)} s; it may be damaged`),
      );
    }, patience);
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ fault: `the HDF5 library stopped (${error.message})` }));
    worker.once('exit', () => resolve({ fault: 'the HDF5 library ended' }));
    worker.once('message', () => clearTimeout(timer));
    worker.once('exit', () => clearTimeout(timer));
  }).finally(() => worker.terminate());
}

/** The address of h5wasm's build for Node. @throws {InputError} `missing`, where it isn't installed to read `path` */
export function hdf5Library(path: string): string {
  try {
    return import.meta.resolve('h5wasm/node');
  } catch (cause) {
    throw new InputError('missing', `data: ${path} is an HDF5 file; install h5wasm to read it (npm install h5wasm)`, {
      cause,
    });
  }
}
