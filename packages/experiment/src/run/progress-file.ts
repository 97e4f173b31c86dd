import { join } from 'node:path';
import { createRateMeter, type Progress } from '@unbraid/checks/progress';
import { z } from 'zod';
import { runFiles } from './config.ts';
import { openLiveFile, readLiveFile } from './live-file.ts';

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
  return readLiveFile(join(directory, runFiles.progress), progressSchema);
}

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

/** What can't be written is left out, and the next second brings the next. */
export function openProgressFile(directory: string, { seconds, verify }: ProgressFileOptions): ProgressFile {
  const meter = createRateMeter(() => performance.now() / 1000);
  let told: Progress = { done: 0, total: 0 };
  const file = openLiveFile(join(directory, runFiles.progress), (): StoredProgress => {
    verify();
    const { done, total } = told;
    const rate = meter.rate();
    const left = done >= total ? 0 : rate && (total - done) / rate;
    return {
      ...told,
      seconds: seconds(),
      ...(left !== undefined && { secondsLeft: Math.round(left * 1000) / 1000 }),
      at: new Date().toISOString(),
    };
  });
  return {
    update(progress) {
      meter.update(progress.done);
      told = progress;
      file.update();
    },
    end() {
      file.flush();
      file.end();
    },
  };
}
