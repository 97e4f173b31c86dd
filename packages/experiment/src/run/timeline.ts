/** When a line of `metrics.jsonl` was made, and by what. */
export interface TimelineEntry {
  /** Of the run, over all its sessions. */
  readonly seconds: number;
  /** The key of the unit of work that made it; null: the code around the units. */
  readonly unit: string | null;
}

/** Of lines that follow one another. */
export interface Times {
  readonly seconds: Float64Array;
  /** How many lines, and the key of the unit that made them. */
  readonly units: readonly (readonly [count: number, unit: string | null])[];
}

/** The times of a run's lines, as far as it has come. */
export interface Timeline {
  readonly length: number;
  add(entry: TimelineEntry): void;
  /** Of the lines from `start` on. */
  since(start: number): Times;
  /** Forgets those of the lines from `start` on. */
  cut(start: number): void;
  /** Adds those of lines that follow. */
  append(times: Times): void;
  /** Lines of `timeline.jsonl`, from `start` up to `end`. */
  text(start: number, end: number): string;
}

/** In memory: 8 bytes a line, since units make many lines each. */
export function createTimeline(): Timeline {
  const seconds: number[] = [];
  /** Where a unit's lines begin, up to where the next ones do. */
  const spans: { readonly from: number; readonly unit: string | null }[] = [];

  function begin(unit: string | null): void {
    if (spans.at(-1)?.unit !== unit) spans.push({ from: seconds.length, unit });
  }

  /** Those that have lines from `start` up to `end`, as far as they lie there. */
  function spansWithin(start: number, end: number): { from: number; to: number; unit: string | null }[] {
    const found = [];
    let to = seconds.length;
    for (let i = spans.length - 1; i >= 0 && to > start; i--) {
      const { from, unit } = spans[i]!;
      if (from < end) found.push({ from: Math.max(from, start), to: Math.min(to, end), unit });
      to = from;
    }
    return found.reverse();
  }

  return {
    get length() {
      return seconds.length;
    },
    add(entry) {
      begin(entry.unit);
      seconds.push(entry.seconds);
    },
    since(start) {
      const units = spansWithin(start, seconds.length).map(({ from, to, unit }) => [to - from, unit] as const);
      return { seconds: Float64Array.from(seconds.slice(start)), units };
    },
    cut(start) {
      seconds.length = start;
      while ((spans.at(-1)?.from ?? -1) >= start) spans.pop();
    },
    append(times) {
      let at = 0;
      for (const [count, unit] of times.units) {
        begin(unit);
        for (const end = at + count; at < end; at++) seconds.push(times.seconds[at]!);
      }
    },
    text: (start, end) =>
      spansWithin(start, end)
        .map(({ from, to, unit }) => {
          const key = JSON.stringify(unit);
          return seconds
            .slice(from, to)
            .map((time) => `[${time},${key}]\n`)
            .join('');
        })
        .join(''),
  };
}

/** Of lines whose own times nobody kept: all of one unit, at one time. */
export function timesAt(count: number, { seconds, unit }: TimelineEntry): Times {
  return { seconds: new Float64Array(count).fill(seconds), units: count === 0 ? [] : [[count, unit]] };
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
