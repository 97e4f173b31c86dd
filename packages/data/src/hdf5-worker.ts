import { Worker } from 'node:worker_threads';
import { InputError } from '@unbraid/checks';

/** Bundlers that keep functions' names wrap each in a call of `__name`, in the text of a function that a thread runs as well. */
const NAMES = 'const __name = (named) => named;';

/** Makes memory refuse, as it refuses 65,536 pages more, to grow beyond so many bytes: a damaged file may ask for any. */
const bounded = (most: number) => `{
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  return grow.call(this, this.buffer.byteLength + pages * 65536 > ${most} ? 65536 : pages);
};
}`;

/**
 * A thread that reads HDF5 by h5wasm: its program is text, for a bundler may leave no file of its own to start.
 *
 * @param name what the system calls it
 * @param program CommonJS
 * @param workerData what the program is given
 * @param most bytes that the library's memory may grow to
 */
export const hdf5Worker = (name: string, program: string, workerData: unknown, most: number): Worker =>
  new Worker(`${NAMES}\n${bounded(most)}\n${program}`, {
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
  /** A function (start, load) whose text is run; it refers to nothing outside of itself. */
  readonly extract: (start: never, load: never) => Promise<object>;
  /** The text of a function that gives an answer's buffers, which are handed on and not copied. */
  readonly buffers: string;
}

/** Milliseconds after which a file is given up; a second more for each 10 MB of it, and for each 100 MB that it may take unpacked. */
const PATIENCE = 20_000;

/**
 * What `extract` answers in a thread of its own, which ends afterwards, or that it came to nothing.
 * @param start what it is given; `limit` is how many bytes may be unpacked, beside which the library has some for itself
 * @param name of the file, for the error
 * @param size of the file in bytes
 * @throws {InputError} `limit`, where that takes too long
 */
export function hdf5Answer<Answer>(
  { thread, extract, buffers }: Hdf5Program,
  start: { readonly limit: number },
  { name, size }: { readonly name: string; readonly size: number },
): Promise<Answer | { readonly fault: string }> {
  const program = `const { parentPort, workerData } = require('node:worker_threads');
const buffers = ${buffers};
(${extract})(workerData, (url) => import(url)).then((answer) => parentPort.postMessage(answer, buffers(answer)));`;
  const worker = hdf5Worker(thread, program, start, 2 ** 26 + 2 * start.limit);
  const patience = PATIENCE + size / 1e4 + start.limit / 1e5;
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
