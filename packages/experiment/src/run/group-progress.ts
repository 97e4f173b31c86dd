import type { Progress, UnitsOptions } from '../context.ts';

/** The progress of a group of units, several of which may be at work. */
export interface GroupProgress {
  begin(key: string): void;
  /** How far the unit itself has come. */
  unit(key: string, progress: Progress): void;
  done(key: string): void;
}

/** Units that are done, and the parts that the others have come to. */
export function groupProgress(
  count: number,
  { label = 'units', done: before = 0, total = before + count }: UnitsOptions,
  onProgress: (progress: Progress) => void,
): GroupProgress {
  const done = new Set<string>();
  const parts = new Map<string, number>();
  const tell = (detail?: string) => {
    const begun = [...parts.values()].reduce((sum, part) => sum + part, 0);
    onProgress({ done: before + done.size + begun, total, label, ...(detail !== undefined && { detail }) });
  };
  return {
    begin: (key) => tell(key),
    unit(key, { done: steps, total: all, detail }) {
      if (done.has(key)) return;
      parts.set(key, all > 0 ? Math.min(1, Math.max(0, steps / all)) : 0);
      tell(detail === undefined ? key : `${key}: ${detail}`);
    },
    done(key) {
      if (done.has(key)) return;
      done.add(key);
      parts.delete(key);
      tell();
    },
  };
}
