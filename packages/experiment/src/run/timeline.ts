/** When a line of `metrics.jsonl` was made, and by what. */
export interface TimelineEntry {
  /** Of the run, over all its sessions. */
  readonly seconds: number;
  /** The key of the unit of work that made it; null: the code around the units. */
  readonly unit: string | null;
}

/** What a line of `timeline.jsonl`, `[seconds, unit]`, says; undefined where it is none, such as half a line. */
export function timelineEntry(line: string): TimelineEntry | undefined {
  try {
    const [seconds, unit] = JSON.parse(line) as readonly unknown[];
    const isEntry = typeof seconds === 'number' && (unit === null || typeof unit === 'string');
    return isEntry ? { seconds, unit } : undefined;
  } catch {
    return undefined;
  }
}
