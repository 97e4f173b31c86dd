import { showValue } from '@unbraid/checks';
import type { Target } from '../prepare/target.ts';
import type { Column } from '../table.ts';

/** Below this share of repeated rows it is what happens by itself: twins, or a measurement that came out the same. */
const SHARE = 0.01;

/** A column of numbers tells rows apart where it has so many different ones for each row. */
const FINE = 0.1;

/**
 * A line about rows that are there more than once, target and all, where these are so many that a test would meet what training knew; undefined where
 * they are few, or where no column tells rows apart, so that equal ones are bound to come.
 */
export function repeatedRowsNotice(columns: readonly Column[], target: Target): string | undefined {
  const rows = target.rows.length;
  if (!columns.some((column) => column.kind !== 'text' && new Set(column.values).size >= FINE * rows)) return undefined;
  const first = new Map<string, number>();
  let [repeated, example] = [0, -1];
  for (let row = 0; row < rows; row++) {
    const key = `${columns.map((column) => (column.kind === 'text' ? column.codes[row] : column.values[row])).join(' ')} ${answer(target, row)}`;
    if (!first.has(key)) first.set(key, row);
    else if (repeated++ === 0) example = row;
  }
  if (repeated < SHARE * rows || repeated < 2) return undefined;
  return `${repeated} of ${rows} rows are there before, ${showValue(target.column)} and all (row ${target.rows[example]} is the first, counted from 0); rows in both training and test make scores too good, leave them out or split by group`;
}

const answer = (target: Target, row: number): number =>
  target.task === 'regression' ? target.values[row]! : target.labels[row]!;
