import { InputError, showValue } from '@unbraid/checks';
import { isMissing } from '../prepare/entries.ts';
import { ascending, categoriesOf } from '../prepare/levels.ts';
import type { Column } from '../table.ts';

/** Values that a column is set to: numbers, dates in milliseconds, 1 and 0 for yes and no, or texts. */
export type GridValue = number | string;

/**
 * Values of a column to look at: of numbers and dates `size` quantiles from 5 to 95 %, or all where there are no more; both of yes and no; the most frequent
 * levels of texts, at most `size`, in ascending order.
 * @throws {InputError} `data`, where all entries are missing
 */
export function gridOf(who: string, column: Column, size: number): GridValue[] {
  if (column.kind === 'text') {
    const { levels, counts } = categoriesOf(column);
    if (levels.length === 0) throw allMissing(who, column);
    const frequent = [...levels.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, size);
    return frequent.map((at) => levels[at]!).sort(ascending);
  }
  const present = column.values.filter((_, row) => !isMissing(column, row)).sort();
  if (present.length === 0) throw allMissing(who, column);
  const different = [...new Set(present)];
  if (different.length <= size) return different;
  const grid = Array.from({ length: size }, (_, i) => quantile(present, 0.05 + (0.9 * i) / (size - 1)));
  return [...new Set(grid)];
}

/** By straight lines between the sorted numbers, as numpy's default is. */
export function quantile(sorted: Float64Array, part: number): number {
  const at = part * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** The column with one value in all rows. @throws {InputError} `data`, for a value of another kind */
export function constantColumn(who: string, column: Column, value: GridValue, rows: number): Column {
  if (column.kind === 'text') {
    if (typeof value !== 'string') throw wrong(who, column, value, 'a text');
    return { ...column, codes: new Int32Array(rows), levels: [value] };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(who, column, value, 'a finite number');
  return { ...column, values: new Float64Array(rows).fill(value) };
}

const wrong = (who: string, { name }: Column, value: GridValue, wanted: string): InputError =>
  new InputError('data', `${who}: the grid has ${showValue(value)} for column ${showValue(name)}; ${wanted} is needed`);

const allMissing = (who: string, { name }: Column): InputError =>
  new InputError('data', `${who}: column ${showValue(name)} is missing in all rows`);
