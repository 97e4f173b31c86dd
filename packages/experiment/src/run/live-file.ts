import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { readText } from '../files.ts';

/** A file that says how things stand while a run goes on. No result depends on it, so what can't be written is left out. */
export interface LiveFile {
  /** Something has changed: it is written at once, or when a second has passed since the last time. */
  update(): void;
  /** Writes what waits for that second to pass. */
  flush(): void;
  /** Nothing is written afterwards. */
  end(): void;
}

/** From one writing to the next, in milliseconds. */
const PAUSE = 1000;

/**
 * At most once a second, and by calls that take no turn of the event loop, since long computations leave it none.
 * @param content to be written as JSON; where it throws nothing is
 */
export function openLiveFile(path: string, content: () => unknown): LiveFile {
  let writtenAt = Number.NEGATIVE_INFINITY;
  let later: NodeJS.Timeout | undefined;
  let hasEnded = false;

  function write(): void {
    clearTimeout(later);
    later = undefined;
    writtenAt = performance.now();
    try {
      replaceFile(path, `${JSON.stringify(content())}\n`);
    } catch {
      // Another process has the run now, or the disk is full: both are told where results are written.
    }
  }

  return {
    update() {
      if (hasEnded) return;
      const wait = writtenAt + PAUSE - performance.now();
      if (wait <= 0) write();
      else later ??= setTimeout(write, wait).unref();
    },
    flush() {
      if (later !== undefined) write();
    },
    end() {
      hasEnded = true;
      clearTimeout(later);
      later = undefined;
    },
  };
}

/** What such a file says; undefined where there is none, or it can't be understood. */
export async function readLiveFile<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whole or not at all for whoever reads it meanwhile; it need not outlive the machine, so nothing is waited for. */
function replaceFile(path: string, content: string): void {
  const candidate = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    writeFileSync(candidate, content, { flag: 'wx' });
    renameSync(candidate, path);
  } catch (error) {
    rmSync(candidate, { force: true });
    throw error;
  }
}
