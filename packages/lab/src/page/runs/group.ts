import { numberIn } from '@unbraid/experiment/statistics';
import type { RunRow, Scalar } from '../../api.ts';
import { compareScalars } from '../values/scalar.ts';
import { type Spread, spreadOf } from '../values/statistics.ts';
import type { Column } from './columns.ts';

/** Runs that are the same in what is grouped by. */
export interface Group {
  /** The same for the same values, whatever else is in the list. */
  readonly key: string;
  /** Values of the columns grouped by, in their order. */
  readonly values: readonly (Scalar | undefined)[];
  readonly rows: readonly RunRow[];
}

/** Groups in the order in which the rows first name them; nothing to group by gives one. */
export function groupRows(rows: readonly RunRow[], by: readonly Column[]): readonly Group[] {
  const found = new Map<string, { values: readonly (Scalar | undefined)[]; rows: RunRow[] }>();
  for (const row of rows) {
    const values = by.map(({ value }) => value(row));
    // JSON tells 1 from "1"; a column that a run lacks is null.
    const key = JSON.stringify(values);
    const group = found.get(key) ?? { values, rows: [] };
    group.rows.push(row);
    found.set(key, group);
  }
  return [...found].map(([key, group]) => ({ key, ...group }));
}

/** What a column is over a group: one value where all agree, the spread of numbers, or nothing that can be said in one word. */
export type Joined =
  | { readonly same: Scalar }
  | { readonly spread: Spread }
  | { readonly differing: number }
  | undefined;

/** Runs without the column don't count. Results are always a spread, since several seeds that agree are news. */
export function joinColumn(rows: readonly RunRow[], column: Column): Joined {
  const values = rows.flatMap((row) => column.value(row) ?? []);
  if (values.length === 0) return undefined;
  const first = values[0]!;
  if ((column.of !== 'summary' || values.length === 1) && values.every((value) => value === first))
    return { same: first };
  const numbers = values.flatMap((value) => numberIn(value) ?? []);
  if (numbers.length === values.length && column.key !== 'seed') return { spread: spreadOf(numbers)! };
  return { differing: new Set(values).size };
}

/** What a group is sorted by. */
export function sortValue(joined: Joined): Scalar | undefined {
  if (joined === undefined) return undefined;
  if ('same' in joined) return joined.same;
  return 'spread' in joined ? joined.spread.mean : joined.differing;
}

/** Rows by a column; those that are the same in it stay as they were. */
export function sortRows(rows: readonly RunRow[], column: Column, direction: 1 | -1): readonly RunRow[] {
  return [...rows].sort((a, b) => compareScalars(column.value(a), column.value(b), direction));
}

/** Groups by what a column is over each. */
export function sortGroups(groups: readonly Group[], column: Column, direction: 1 | -1): readonly Group[] {
  const values = new Map(groups.map((group) => [group.key, sortValue(joinColumn(group.rows, column))]));
  return [...groups].sort((a, b) => compareScalars(values.get(a.key), values.get(b.key), direction));
}
