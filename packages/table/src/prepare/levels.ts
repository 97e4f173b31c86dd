import type { NumberColumn, TextColumn } from '../table.ts';
import { presentCodes } from './entries.ts';

/** A column of categories as the levels that occur, in ascending order, and the level of each row; −1 where it is missing. */
export interface Categories<L extends string | number = string | number> {
  readonly levels: readonly L[];
  readonly codes: Int32Array;
  /** Rows of each level. */
  readonly counts: Int32Array;
  readonly missing: number;
}

/** Texts in ascending order of their characters' codes, numbers by size: whatever the order of rows. */
export const ascending = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : a > b ? 1 : 0;

/** The categories of a column. */
export function categoriesOf(column: TextColumn | NumberColumn): Categories {
  if (column.kind === 'text') return sorted(presentCodes(column), column.levels);
  const places = new Map<number, number>();
  const codes = new Int32Array(column.values.length);
  column.values.forEach((value, row) => {
    if (Number.isNaN(value)) {
      codes[row] = -1;
      return;
    }
    const known = places.get(value);
    if (known === undefined) places.set(value, places.size);
    codes[row] = known ?? places.size - 1;
  });
  return sorted(
    codes,
    [...places.keys()].map((value) => value + 0),
  );
}

/** Without levels that no row has. */
function sorted<L extends string | number>(codes: Int32Array, levels: readonly L[]): Categories<L> {
  const all = new Int32Array(levels.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else all[code]!++;
  }
  const order = [...all.keys()].filter((code) => all[code]! > 0).sort((a, b) => ascending(levels[a]!, levels[b]!));
  const place = new Int32Array(levels.length);
  order.forEach((code, at) => {
    place[code] = at;
  });
  return {
    levels: order.map((code) => levels[code]!),
    codes: codes.map((code) => (code < 0 ? -1 : place[code]!)),
    counts: Int32Array.from(order, (code) => all[code]!),
    missing,
  };
}

/** Free text: different in most rows, and of so many words on average. */
const WORDS = 6;
const LEAST_TEXTS = 10;

/** Whether categories are rather texts to read: most rows have one of their own, and these are long. */
export function isFreeText({ levels, codes, missing }: Categories): boolean {
  const present = codes.length - missing;
  if (levels.length < LEAST_TEXTS || levels.length * 2 <= present) return false;
  let words = 0;
  for (const level of levels) words += String(level).split(/\s+/).length;
  return words / levels.length >= WORDS;
}

/** Whether nearly every row has a category of its own, as names and numbers of things do: nothing is learned of one that doesn't come again. */
export function isIdentity({ levels, codes, missing }: Categories): boolean {
  const present = codes.length - missing;
  return levels.length > 1 && levels.length >= 0.95 * present && present >= LEAST_TEXTS;
}
