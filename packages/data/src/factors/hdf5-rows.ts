import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { InputError } from '@unbraid/checks';
import { fileError } from '@unbraid/checks/node';
import { hdf5Library, hdf5Reason, hdf5Worker } from '../hdf5-worker.ts';
import { closedError } from './factor-images.ts';
import { type Hdf5Answer, type Hdf5Start, serveHdf5 } from './hdf5-thread.ts';

/** Rows of a dataset of bytes in an HDF5 file, which stays on the disk. */
export interface Hdf5Rows {
  /** Of the dataset; its first axis counts rows. */
  readonly shape: readonly number[];
  /**
   * Bytes of rows one after another, in the order of their indexes, which must be rows that there are.
   * @throws {InputError} where the file is damaged there; `limit`, for more than 2^30 bytes
   * @throws {StateError} after `close`, or where it is closed meanwhile
   */
  read(indexes: ArrayLike<number>): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes that the thread's memory may grow to: rows that are read at once, and unpacked chunks. */
const MOST = 2 ** 30;
/** Milliseconds after which a read is given up, and more for each row. */
const PATIENCE = 30_000;
const PATIENCE_OF_ROW = 50;

/**
 * Opens a dataset of unsigned bytes by h5wasm, an optional dependency, in a thread that works until `close`. No more of the file is read than rows take.
 *
 * @throws {InputError} one line: `missing`, where h5wasm isn't installed; `file`, where the file can't be read, is damaged, or has no such dataset
 */
export async function openHdf5Rows(path: string, dataset: string): Promise<Hdf5Rows> {
  await access(path, constants.R_OK).catch((error) => Promise.reject(fileError(error, 'read', path)));
  const ask = startThread({ library: hdf5Library(path), path: resolve(path), dataset }, path);
  try {
    const { shape } = (await ask.answer(PATIENCE)) as { readonly shape: readonly number[] };
    const rowBytes = shape.slice(1).reduce((product, side) => product * side, 1);
    let last: Promise<unknown> = Promise.resolve();
    return {
      shape,
      async read(indexes) {
        if (indexes.length * rowBytes > MOST) throw tooMany(indexes.length, rowBytes, `${dataset} in ${path}`);
        const asked = Array.from(indexes);
        // One after another, for answers carry no name.
        const next = last.then(async () => {
          ask.thread.postMessage(asked);
          const { bytes } = (await ask.answer(PATIENCE + PATIENCE_OF_ROW * asked.length)) as {
            readonly bytes: Uint8Array;
          };
          return bytes;
        });
        last = next.catch(() => {});
        return next;
      },
      close: () => ask.close(),
    };
  } catch (error) {
    await ask.close();
    throw error;
  }
}

const tooMany = (rows: number, rowBytes: number, name: string): InputError =>
  new InputError(
    'limit',
    `data: ${rows} rows of ${name} have ${rows * rowBytes} bytes; ask for ${Math.floor(MOST / rowBytes)} at once, or fewer`,
  );

interface Thread {
  readonly thread: Worker;
  /**
   * What it says next.
   * @throws {InputError} where that is a fault, or nothing within so many milliseconds
   * @throws {StateError} where it is closed
   */
  answer(patience: number): Promise<Hdf5Answer>;
  close(): Promise<void>;
}

function startThread(start: Hdf5Start, path: string): Thread {
  const program = `const { parentPort, workerData } = require('node:worker_threads');
(${serveHdf5})(workerData, parentPort, (url) => import(url));`;
  const thread = hdf5Worker('unbraid HDF5', program, start, MOST);
  thread.unref();
  const refused = (fault: string) => new InputError('file', `data: ${path} is damaged: ${hdf5Reason(fault)}`);
  /** Why nothing more will be said: the first reason, for what ends a thread makes it exit, too. */
  let ended: Error | undefined;
  const end = (reason: Error) => {
    ended ??= reason;
    return ended;
  };
  thread.once('error', (error) => end(refused(`the HDF5 library stopped (${error.message})`)));
  thread.once('exit', () => end(refused('the HDF5 library ended')));
  return {
    thread,
    answer: (patience) =>
      new Promise<Hdf5Answer>((resolve, reject) => {
        if (ended) return reject(ended);
        thread.ref();
        const finish = (then: () => void) => {
          clearTimeout(timer);
          thread.off('message', onMessage).off('exit', onExit);
          thread.unref();
          then();
        };
        const onMessage = (answer: Hdf5Answer) =>
          finish(() => ('fault' in answer ? reject(refused(answer.fault)) : resolve(answer)));
        const onExit = () => finish(() => reject(ended));
        const timer = setTimeout(() => {
          const seconds = Math.round(patience / 1000);
          const late = new InputError('limit', `data: ${path} is not read after ${seconds} s; it may be damaged`);
          finish(() => reject(end(late)));
          void thread.terminate();
        }, patience);
        thread.on('message', onMessage).on('exit', onExit);
      }),
    async close() {
      end(closedError(path));
      await thread.terminate();
    },
  };
}
