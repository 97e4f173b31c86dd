import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { RunError } from '../errors.ts';
import { fileFailure } from '../files.ts';
import type { Scalars } from '../values.ts';

/**
 * The lines of `metrics.jsonl`, so kept that a resumed run ends with the very file of an uninterrupted one.
 *
 * A resumed run executes the experiment from its beginning and writes the file anew: code around the units logs again, and a
 * checkpoint carries the lines of its unit, which are put back when it is loaded. So the file depends on nothing but the checkpoints
 * that are there, whichever those are.
 */
export interface Metrics {
  /** @throws RunError for a value that is no number, string or boolean, and when the file cannot grow. */
  log(record: Scalars): void;
  /** Bytes so far: where a unit's lines begin. */
  length(): number;
  /** The lines from `start` on. */
  since(start: number): string;
  /** Puts `lines` where those from `start` on were. */
  replace(start: number, lines: string): void;
  /** Brings everything to the disk. */
  sync(): void;
  close(): void;
}

/** JSON has no word for NaN and the infinities: they are written as the strings `NaN`, `Infinity`, `-Infinity`. */
export function plainScalars(owner: string, record: Scalars): Scalars {
  const entries = Object.entries(record).map(([key, value]): [string, Scalars[string]] => {
    if (typeof value === 'number') return [key, Number.isFinite(value) ? value : String(value)];
    if (typeof value === 'string' || typeof value === 'boolean') return [key, value];
    throw new RunError(`experiment: ${owner} has "${key}" of type ${typeof value}; use numbers, strings and booleans`);
  });
  return Object.fromEntries(entries);
}

/** Not through a link, which may have come with a directory from elsewhere, to a file that is not the run's. */
const EMPTIED = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens the file and empties it.
 * @param beforeLine throws where the file must not be written to any more
 */
export function openMetrics(path: string, beforeLine: () => void = () => undefined): Metrics {
  const file = attempt(() => openSync(path, EMPTIED));
  let length = 0;

  function attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw fileFailure('write', path, error);
    }
  }

  /** Adds whole lines or nothing. */
  function append(lines: string): void {
    const bytes = Buffer.from(lines);
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(file, bytes, done, bytes.length - done, length + done);
      }
      length += bytes.length;
    } catch (error) {
      dropPartOfLine(file, length);
      throw fileFailure('write', path, error);
    }
  }

  return {
    log(record) {
      beforeLine();
      append(`${JSON.stringify(plainScalars('a logged record', record))}\n`);
    },
    length: () => length,
    since: (start) => attempt(() => readText(file, start, length)),
    replace(start, lines) {
      attempt(() => ftruncateSync(file, start));
      length = start;
      append(lines);
    },
    sync: () => attempt(() => fsyncSync(file)),
    close: () => closeSync(file),
  };
}

function readText(file: number, start: number, end: number): string {
  const bytes = Buffer.alloc(end - start);
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(file, bytes, done, bytes.length - done, start + done);
    if (count === 0) throw new RunError('lines that were written are gone');
    done += count;
  }
  return bytes.toString();
}

/** What cannot be dropped now is dropped when the run is resumed. */
function dropPartOfLine(file: number, length: number): void {
  try {
    ftruncateSync(file, length);
  } catch {
    // The failure that led here says more.
  }
}
