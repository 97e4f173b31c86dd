import { closeSync, fsyncSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { RunError } from '../errors.ts';
import { fileFailure, openEmptied } from '../files.ts';
import type { Scalars } from '../values.ts';
import { createTimeline, type Times } from './timeline.ts';
import { openTimelineFile } from './timeline-file.ts';

/** Where a line begins. */
export interface Place {
  readonly bytes: number;
  /** Lines before it. */
  readonly lines: number;
}

/** Lines as they stand in `metrics.jsonl`, and when and by what they were made. */
export interface Logged {
  readonly lines: string;
  readonly times: Times;
}

/**
 * The lines of `metrics.jsonl`, so kept that a resumed run ends with the very file of an uninterrupted one.
 *
 * A resumed run executes the experiment from its beginning and writes the file anew: code around the units logs again, and a
 * checkpoint carries the lines of its unit, which are put back when it is loaded. So the file depends on nothing but the checkpoints
 * that are there, whichever those are. Times are kept apart from the lines, in `timeline.jsonl`, since these do depend on who did the work, and when.
 */
export interface Metrics {
  /**
   * @param unit the key of the unit that logs, or null
   * @throws RunError for a value that is no number, string or boolean, and when the file cannot grow.
   */
  log(record: Scalars, unit: string | null): void;
  /** Where the next line will stand. */
  end(): Place;
  /** What stands from `start` on. */
  since(start: Place): Logged;
  /** Puts lines where those from `start` on were. */
  replace(start: Place, logged: Logged): void;
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

/** What lines are kept with. */
export interface MetricsOptions {
  /** Of the run, over all its sessions. */
  seconds(): number;
  /** Throws where the file must not be written to any more. */
  beforeLine?(): void;
  /** Hears what went wrong with the times, for which no run fails. */
  onNote?(note: string): void;
}

/**
 * Opens the file, and that of the times beside it, and empties them.
 * @param path of the lines
 * @param timelinePath of their times
 */
export function openMetrics(path: string, timelinePath: string, options: MetricsOptions): Metrics {
  const file = attempt(() => openEmptied(path));
  const timeline = createTimeline();
  const times = openTimelineFile(timelinePath, timeline, options.onNote);
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

  function forgetTimes(start: number): void {
    times.cut(start);
    timeline.cut(start);
  }

  return {
    log(record, unit) {
      const line = `${JSON.stringify(plainScalars('a logged record', record))}\n`;
      options.beforeLine?.();
      // Its time first: whoever reads along finds it beside each line.
      const at = timeline.length;
      timeline.add({ seconds: options.seconds(), unit });
      times.write();
      try {
        append(line);
      } catch (error) {
        forgetTimes(at);
        throw error;
      }
    },
    end: () => ({ bytes: length, lines: timeline.length }),
    since: (start) => ({
      lines: attempt(() => readText(file, start.bytes, length)),
      times: timeline.since(start.lines),
    }),
    replace(start, logged) {
      attempt(() => ftruncateSync(file, start.bytes));
      length = start.bytes;
      forgetTimes(start.lines);
      timeline.append(logged.times);
      times.write();
      append(logged.lines);
    },
    sync: () => attempt(() => fsyncSync(file)),
    close() {
      closeSync(file);
      times.close();
    },
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
