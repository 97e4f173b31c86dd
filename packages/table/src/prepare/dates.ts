/** Milliseconds of a day. */
export const DAY = 86_400_000;
/** Of a mean year of the Gregorian calendar, 365.2425 days. */
export const YEAR = 365.2425 * DAY;
/** 1970 began on a Thursday, day 4 of a week from Sunday. */
export const FIRST_WEEKDAY = 4;

/** How much of a period has passed, in [0, 1); the same operations as in the exported graph, so the same bits. */
export function partPassed(time: number, period: number): number {
  return (time - Math.floor(time / period) * period) / period;
}

/** Day of the week in UTC, 0 Sunday. */
export function weekdayOf(time: number): number {
  const day = Math.floor(time / DAY) + FIRST_WEEKDAY;
  return day - Math.floor(day / 7) * 7;
}

/** Which parts of dates vary, so that something can be learned of them. */
export interface DateFacts {
  readonly year: boolean;
  readonly day: boolean;
  readonly weekdays: readonly number[];
}

/** Dates of fewer days in all tell the season no better than time passed does. */
const LEAST_OF_YEAR = 60 * DAY;

/** Looks at dates (in ms; NaN where missing). */
export function dateFacts(values: Float64Array): DateFacts {
  let [first, last] = [Infinity, -Infinity];
  const weekdays = new Set<number>();
  const times = new Set<number>();
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    first = Math.min(first, value);
    last = Math.max(last, value);
    weekdays.add(weekdayOf(value));
    if (times.size < 2) times.add(value - Math.floor(value / DAY) * DAY);
  }
  return {
    year: last - first >= LEAST_OF_YEAR,
    day: times.size > 1,
    weekdays: weekdays.size > 1 ? [...weekdays].sort((a, b) => a - b) : [],
  };
}
