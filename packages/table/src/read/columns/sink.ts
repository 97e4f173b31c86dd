import type { Column, ColumnKind } from '../../table.ts';

/** What takes the entries of a column as its source gives them, one after the other. */
export interface Sink {
  /** An entry of which nothing is known but its text; `row` is counted in the piece that is being read, for errors. */
  addText(text: string, row: number): void;
  /** A number, or a date in milliseconds, or 1 or 0 for yes and no; NaN is a missing entry. */
  addValue(kind: Exclude<ColumnKind, 'text'>, value: number, row: number): void;
  addMissing(): void;
  /** Entries since the last `take`. */
  readonly length: number;
  /** The column of the entries since the last `take`; undefined where they are of different kinds, and have to be read again as texts. */
  take(): Column | undefined;
}

/** Names an entry for errors: `line 3, column "age" of data.csv`. */
export type Place = (row: number) => string;

/** What a value is as a text: as JavaScript writes numbers, `true` and `false`, and dates as in ISO 8601. */
export function textOfValue(kind: Exclude<ColumnKind, 'text'>, value: number): string {
  if (kind === 'number') return String(value);
  if (kind === 'boolean') return value === 1 ? 'true' : 'false';
  return textOfDate(value);
}

/** A time in ISO 8601, in UTC; a day alone where it is midnight. */
export function textOfDate(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const iso = new Date(whole).toISOString();
  if (milliseconds === whole) return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.replace('.000Z', 'Z');
  const beyond = (milliseconds - whole).toFixed(3).slice(2);
  return `${iso.slice(0, -1)}${beyond}Z`;
}
