import type { ColumnKind } from '../../table.ts';
import type { MissingTexts } from './missing-texts.ts';
import { scanDate } from './scan-date.ts';
import { scanNumber } from './scan-number.ts';

/** How the entries of a source are understood. */
export interface EntryForm {
  readonly decimal: '.' | ',';
  readonly missing: MissingTexts;
  /** What a text may be besides a text: anything in CSV files, a date in JSON, nothing where columns have types. */
  readonly texts: 'anything' | 'dates' | 'texts';
}

/** A text without blanks around it; what has none is given back as it is. */
export function trimmed(text: string): string {
  const { length } = text;
  if (length === 0) return text;
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(length - 1)];
  return first > 32 && first < 127 && last > 32 && last < 127 ? text : text.trim();
}

/** 1 for `true`, 0 for `false`, in any case; NaN for other texts. */
export function scanBoolean(text: string): number {
  if (text === 'true') return 1;
  if (text === 'false') return 0;
  if (text.length !== 4 && text.length !== 5) return Number.NaN;
  const lower = text.toLowerCase();
  return lower === 'true' ? 1 : lower === 'false' ? 0 : Number.NaN;
}

/** The value of a text as one of a kind, as strictly as a kind that isn't known yet is found; NaN where it is none. */
export function scanAs(kind: Exclude<ColumnKind, 'text'>, text: string, form: EntryForm): number {
  if (kind === 'number') return form.texts === 'anything' ? scanNumber(text, form.decimal, true) : Number.NaN;
  if (kind === 'date') return form.texts === 'texts' ? Number.NaN : scanDate(text);
  return form.texts === 'anything' ? scanBoolean(text) : Number.NaN;
}

/** What a text is: the first kind that takes it. */
export function kindOfText(text: string, form: EntryForm): ColumnKind {
  for (const kind of ['number', 'date', 'boolean'] as const) {
    if (!Number.isNaN(scanAs(kind, text, form))) return kind;
  }
  return 'text';
}

/** The value of a text in a column whose kind is told: codes as numbers, too, and 1 and 0 as yes and no. NaN where there is none. */
export function scanTold(kind: Exclude<ColumnKind, 'text'>, text: string, decimal: '.' | ','): number {
  if (kind === 'number') return scanNumber(text, decimal, false);
  if (kind === 'date') return scanDate(text);
  return text === '1' ? 1 : text === '0' ? 0 : scanBoolean(text);
}
