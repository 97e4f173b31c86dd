import type { ColumnKind } from './table.ts';

const DAY = 86_400_000;

/** What a value is as a text: a number as JavaScript writes it, `true` or `false`, a date as in ISO 8601. */
export function textOfValue(kind: Exclude<ColumnKind, 'text'>, value: number): string {
  if (kind === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (kind === 'boolean') return value === 1 ? 'true' : 'false';
  return textOfDate(value);
}

/** A time in ISO 8601, in UTC; a day alone where it is midnight. */
function textOfDate(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  // Beyond what JavaScript's dates hold, about 270,000 years from 1970.
  if (Math.abs(whole) > 8.64e15) return String(milliseconds);
  const iso = new Date(whole).toISOString();
  if (whole % DAY === 0 && milliseconds === whole) return iso.slice(0, -'T00:00:00.000Z'.length);
  if (milliseconds === whole) return whole % 1000 === 0 ? `${iso.slice(0, -'.000Z'.length)}Z` : iso;
  // Microseconds are what float64 has room for beside a date of our time.
  const beyond = String(Math.min(999, Math.round((milliseconds - whole) * 1000))).padStart(3, '0');
  return `${iso.slice(0, -1)}${beyond}Z`;
}
