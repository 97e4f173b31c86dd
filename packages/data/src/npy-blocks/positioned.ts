import { readSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { InputError } from '@unbraid/checks';

/** Bytes that are read or written before others have their turn. */
const TURN = 2 ** 22;

/** Lines of bytes in a file, as the rows of a block are: `count` of `length` each, the first at `position`, each `stride` behind the one before. */
export interface Lines {
  readonly position: number;
  readonly count: number;
  readonly length: number;
  readonly stride: number;
}

type Transfer = (fd: number, buffer: Uint8Array, offset: number, length: number, position: number) => number;

/**
 * Fills `buffer` with lines, one behind the other.
 * @throws {InputError} where the file ends before them; else the system's
 */
export const readLines = (fd: number, buffer: Uint8Array, lines: Lines): Promise<void> =>
  eachLine(readSync, fd, buffer, lines);

/** Writes the lines that stand in `buffer`, one behind the other. @throws {Error} the system's, such as of a full disk */
export const writeLines = (fd: number, buffer: Uint8Array, lines: Lines): Promise<void> =>
  eachLine(writeSync, fd, buffer, lines);

/**
 * The calls are synchronous: a line has a few kilobytes, most often from or to the system's cache, and a turn of the thread pool takes longer than that. The event loop has its
 * turn after every few megabytes.
 */
async function eachLine(transfer: Transfer, fd: number, buffer: Uint8Array, lines: Lines): Promise<void> {
  const { position, count, length, stride } = joined(lines);
  let since = 0;
  for (let line = 0; line < count; line++) {
    for (let done = 0; done < length; ) {
      const most = Math.min(length - done, TURN);
      const moved = transfer(fd, buffer, line * length + done, most, position + line * stride + done);
      if (moved === 0) throw new InputError('file', 'data: the file ends before its last entry');
      done += moved;
      since += moved;
      if (since < TURN) continue;
      since = 0;
      await setImmediate();
    }
  }
}

/** Lines with nothing between them are one. */
const joined = ({ position, count, length, stride }: Lines): Lines =>
  stride === length ? { position, count: 1, length: length * count, stride } : { position, count, length, stride };
