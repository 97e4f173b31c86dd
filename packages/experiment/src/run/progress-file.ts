import { join } from 'node:path';
import { createRateMeter, type Progress } from '@unbraid/checks/progress';
import { z } from 'zod';
import { readText } from '../files.ts';
import { runFiles } from './config.ts';
import { replaceFile } from './replace-file.ts';

const progressSchema = z.object({
  done: z.number(),
  total: z.number(),
  label: z.string().optional(),
  detail: z.string().optional(),
  /** Time that the run had taken then, over all its sessions. */
  seconds: z.number().min(0),
  /** By the pace so far; absent where nothing can be said. */
  secondsLeft: z.number().min(0).optional(),
  /** ISO 8601. */
  at: z.string(),
});

/** `progress.json`: how far a run had come when it last said so. */
export type StoredProgress = Readonly<z.output<typeof progressSchema>>;

/** Undefined where the run has told of no progress, or where the file can't be understood: no result depends on it. */
export async function readProgress(directory: string): Promise<StoredProgress | undefined> {
  const text = await readText(join(directory, runFiles.progress));
  if (text === undefined) return undefined;
  try {
    return progressSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** From one writing to the next, in milliseconds. */
const PAUSE = 1000;

/** Keeps `progress.json`. */
export interface ProgressFile {
  /** Writes how far the run is, at once or when a second has passed since the last time. */
  update(progress: Progress): void;
  /** Writes what was told last; nothing is written afterwards. */
  end(): void;
}

/** What it is kept with. */
export interface ProgressFileOptions {
  /** Of the run, over all its sessions. */
  seconds(): number;
  /** Throws where the directory must not be written to any more. */
  verify(): void;
}

/**
 * At most once a second, and by the calls that take no turn of the event loop, since long computations leave it none. What can't be written is left out: no result depends on it, and
 * the next second brings the next.
 */
export function openProgressFile(directory: string, { seconds, verify }: ProgressFileOptions): ProgressFile {
  const path = join(directory, runFiles.progress);
  const meter = createRateMeter(() => performance.now() / 1000);
  let writtenAt = Number.NEGATIVE_INFINITY;
  let told: Progress | undefined;
  let hasEnded = false;
  let later: NodeJS.Timeout | undefined;

  function write(): void {
    clearTimeout(later);
    later = undefined;
    if (told === undefined) return;
    writtenAt = performance.now();
    const { done, total } = told;
    const rate = meter.rate();
    const left = done >= total ? 0 : rate && (total - done) / rate;
    const stored: StoredProgress = {
      ...told,
      seconds: seconds(),
      ...(left !== undefined && { secondsLeft: Math.round(left * 1000) / 1000 }),
      at: new Date().toISOString(),
    };
    told = undefined;
    try {
      verify();
      replaceFile(path, `${JSON.stringify(stored)}\n`);
    } catch {
      // Another process has the run now, or the disk is full: both are told where results are written.
    }
  }

  return {
    update(progress) {
      if (hasEnded) return;
      meter.update(progress.done);
      told = progress;
      const wait = writtenAt + PAUSE - performance.now();
      if (wait <= 0) write();
      else later ??= setTimeout(write, wait).unref();
    },
    end() {
      write();
      hasEnded = true;
    },
  };
}
