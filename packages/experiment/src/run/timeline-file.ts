import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import { fileFailure, openEmptied } from '../files.ts';
import type { Timeline } from './timeline.ts';

/** `timeline.jsonl`. No result depends on it, so whatever goes wrong with it is told once, and the run goes on. */
export interface TimelineFile {
  /** Brings the timeline's lines to the file that it lacks, also those that could not be written before. */
  write(): void;
  /** Drops the file's lines from `start` on; called before the timeline forgets them. */
  cut(start: number): void;
  close(): void;
}

/**
 * Opens the file and empties it.
 * @param onNote hears of the first failure
 */
export function openTimelineFile(
  path: string,
  timeline: Timeline,
  onNote: (note: string) => void = () => undefined,
): TimelineFile {
  let written = 0;
  let bytes = 0;
  let hasFailed = false;

  function attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!hasFailed)
        onNote(`${messageOf(fileFailure('write', path, error))}; the run goes on without times of its lines`);
      hasFailed = true;
      return undefined;
    }
  }

  const file = attempt(() => openEmptied(path));
  return {
    write() {
      if (file === undefined) return;
      const lines = Buffer.from(timeline.text(written, timeline.length));
      attempt(() => {
        // At its place, so that part of a line that was written before is written over.
        for (let done = 0; done < lines.length; ) {
          done += writeSync(file, lines, done, lines.length - done, bytes + done);
        }
        bytes += lines.length;
        written = timeline.length;
      });
    },
    cut(start) {
      if (file === undefined || start >= written) return;
      bytes -= Buffer.byteLength(timeline.text(start, written));
      written = start;
      attempt(() => ftruncateSync(file, bytes));
    },
    close() {
      if (file !== undefined) attempt(() => closeSync(file));
    },
  };
}
