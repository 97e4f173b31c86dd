import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../files.ts';
import { runFiles } from './config.ts';

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
