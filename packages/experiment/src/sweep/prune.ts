import { z } from 'zod';
import { median } from '../statistics.ts';
import type { Scalars } from '../values.ts';

/** How trials are stopped that are behind the others. */
export const pruneSchema = z.strictObject({
  /** A number that trials log a step at a time. */
  key: z.string().min(1),
  goal: z.enum(['max', 'min']),
  /** Steps of a trial in which it is not stopped. */
  warmup: z.int().min(0).default(0),
  /** Finished trials without which none is stopped. */
  startup: z.int().min(1).default(5),
});
/** When a trial is given up: by which logged number, and from which of its lines on. */
export type Pruning = Readonly<z.output<typeof pruneSchema>>;

/** What a trial is compared with while it runs. */
export interface Rival {
  /** The number that is compared, where a line has it. */
  read(line: Scalars): number | undefined;
  /** @param curve a number for each step so far */
  isBehind(curve: readonly number[]): boolean;
}

/**
 * The median rule: a trial is behind where its best number so far is worse than the median of the numbers that finished trials had at the same step, or is NaN.
 * @param curves of trials that are done
 */
export function medianRival({ key, goal, warmup, startup }: Pruning, curves: readonly Float64Array[]): Rival {
  const sign = goal === 'max' ? 1 : -1;
  return {
    read(line) {
      const value = line[key];
      return value === undefined || typeof value === 'boolean' ? undefined : Number(value);
    },
    isBehind(curve) {
      const step = curve.length - 1;
      if (step < warmup || curves.length < startup) return false;
      const others = curves.map((other) => sign * (other[step] ?? Number.NaN)).filter((value) => !Number.isNaN(value));
      if (others.length === 0) return false;
      const best = Math.max(...curve.filter((value) => !Number.isNaN(value)).map((value) => sign * value));
      return !(best >= median(others));
    },
  };
}
