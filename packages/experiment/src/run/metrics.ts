import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { RunError } from '../errors.ts';
import { fileFailure } from '../files.ts';
import type { Stamp } from '../stored/checkpoint-file.ts';
import type { Scalars } from '../values.ts';

/**
 * The lines of `metrics.jsonl`, so kept that a resumed run ends with the very file of an uninterrupted one.
 *
 * A resumed run executes the experiment from its beginning; what was logged before the latest checkpoint is on disk
 * already and must not be written again. Lines therefore have an ordinal within their scope, which is one unit or the
 * code around the units, and a line whose ordinal lies below the number kept from the earlier session is dropped.
 * Loading a checkpoint of that session moves its scope to the ordinal at which the checkpoint was saved.
 */
export interface Metrics {
  /** @throws RunError for a value that is no number, string or boolean, and when the file cannot grow. */
  log(record: Scalars): void;
  /** Everything logged until `leave` belongs to this unit. */
  enter(unit: string): void;
  leave(): void;
  /** Where the run stands, with every line up to here on the disk. */
  stamp(): Position;
  /** Goes on after the checkpoint that an earlier session saved with this stamp. */
  moveTo(stamp: Stamp): void;
  close(): void;
}

/** A stamp but for the time. */
export type Position = Omit<Stamp, 'seconds'>;

interface Scope {
  readonly unit: string | null;
  /** Ordinal of the next line. */
  lines: number;
  /** Lines of an earlier session. */
  readonly kept: number;
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

/** Opens the file and cuts it to where the run stood at `from`. */
export function openMetrics(path: string, from: Position): Metrics {
  const file = open(path);
  let length = from.bytes;
  cut(file, path, length);
  const root: Scope = { unit: null, lines: 0, kept: from.rootLines };
  let scope = root;

  return {
    log(record) {
      const line = `${JSON.stringify(plainScalars('a logged record', record))}\n`;
      if (scope.lines >= scope.kept) length += append(file, path, length, line);
      scope.lines++;
    },
    enter(unit) {
      scope = { unit, lines: 0, kept: unit === from.unit ? from.unitLines : 0 };
    },
    leave() {
      scope = root;
    },
    stamp() {
      fdatasyncSync(file);
      const { unit } = scope;
      return { bytes: length, rootLines: root.lines, unit, unitLines: unit === null ? 0 : scope.lines };
    },
    moveTo(stamp) {
      if (stamp.unit === scope.unit) scope.lines = stamp.unit === null ? stamp.rootLines : stamp.unitLines;
    },
    close: () => closeSync(file),
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw fileFailure('write', path, error);
  }
}

function cut(file: number, path: string, length: number): void {
  const { size } = fstatSync(file);
  if (size < length) {
    throw new RunError(`experiment: ${path} has ${size} bytes, ${length} when the run stopped; start a new run`);
  }
  if (size > length) ftruncateSync(file, length);
}

/** Adds a whole line or nothing. Returns its bytes. */
function append(file: number, path: string, length: number, line: string): number {
  const bytes = Buffer.from(line);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  } catch (error) {
    dropPartOfLine(file, length);
    throw fileFailure('write', path, error);
  }
  return bytes.length;
}

/** What cannot be dropped now is dropped when the run is resumed. */
function dropPartOfLine(file: number, length: number): void {
  try {
    ftruncateSync(file, length);
  } catch {
    // The failure that led here says more.
  }
}
