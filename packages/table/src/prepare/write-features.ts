import { InputError, showValue } from '@unbraid/checks';
import type { Column } from '../table.ts';
import { DAY, partPassed, weekdayOf, YEAR } from './dates.ts';
import type { Encoder } from './encoder.ts';
import { isMissing, kindWords, LAST_DATE, showEntry } from './entries.ts';
import {
  type BooleanPlan,
  type ColumnPlan,
  type DatePlan,
  type MeansPlan,
  type NumberPlan,
  type OneHotPlan,
  standardized,
} from './plan.ts';

/** Where a column's features go: `data[row * cols + at]` and on. */
export interface Place {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
  readonly at: number;
}

/** Entries that training had nothing like: levels that were never seen, or missing ones where none was missing. */
export interface Unseen {
  readonly column: string;
  readonly what: 'level' | 'missing';
  /** How many rows. */
  readonly count: number;
  /** The first of them, counted from 0. */
  readonly row: number;
  /** That row's entry, as a message shows it. */
  readonly example: string;
}

/** Writes the features of a column of numbers, yes and no, or dates. @returns missing entries, where training had none */
export function writeValues(plan: NumberPlan | BooleanPlan | DatePlan, column: Column, place: Place): Unseen[] {
  const { data, rows, cols, at } = place;
  const values = valuesFor(plan, column, rows);
  const write = plan.use === 'date' ? writeDate(plan) : writeNumber(plan);
  const fill = plan.use === 'boolean' ? plan.fill : plan.median;
  let [count, first] = [0, -1];
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    const missing = Number.isNaN(value);
    if (missing && !plan.indicator) {
      count++;
      if (first < 0) first = row;
    }
    const end = write(missing ? fill : value, data, row * cols + at);
    if (plan.indicator) data[end] = missing ? 1 : 0;
  }
  return count === 0 ? [] : [{ column: plan.name, what: 'missing', count, row: first, example: 'nothing' }];
}

type Write = (value: number, data: Float32Array, at: number) => number;

function writeNumber(plan: NumberPlan | BooleanPlan): Write {
  if (plan.use === 'boolean') {
    if (!plan.varies) return (_value, _data, at) => at;
    return (value, data, at) => {
      data[at] = value;
      return at + 1;
    };
  }
  const { standardization } = plan;
  if (!standardization) return (_value, _data, at) => at;
  return (value, data, at) => {
    data[at] = standardized(value, standardization);
    return at + 1;
  };
}

function writeDate({ standardization, year, day, weekdays }: DatePlan): Write {
  const circle = (part: number, data: Float32Array, at: number): number => {
    data[at] = Math.sin(2 * Math.PI * part);
    data[at + 1] = Math.cos(2 * Math.PI * part);
    return at + 2;
  };
  return (time, data, start) => {
    let at = start;
    if (standardization) data[at++] = standardized(time, standardization);
    if (year) at = circle(partPassed(time, YEAR), data, at);
    const weekday = weekdays.length > 0 ? weekdayOf(time) : -1;
    for (const each of weekdays) data[at++] = each === weekday ? 1 : 0;
    return day ? circle(partPassed(time, DAY), data, at) : at;
  };
}

/** Writes the features of a column of categories. @returns levels that weren't seen in training, and missing entries where it had none */
export function writeCategories(
  plan: OneHotPlan | MeansPlan,
  encoder: Encoder,
  column: Column,
  place: Place,
): Unseen[] {
  const { data, rows, cols, at } = place;
  const { table, unknown, missing, knowsMissing } = encoder;
  const placeOf = placesFor(plan, encoder, column, rows);
  const unseen = { level: { count: 0, row: -1 }, missing: { count: 0, row: -1 } };
  for (let row = 0; row < rows; row++) {
    const found = placeOf(row);
    if (found === undefined || (found === missing && !knowsMissing)) {
      const counted = unseen[found === undefined ? 'level' : 'missing'];
      if (counted.count++ === 0) counted.row = row;
    }
    const from = (found ?? unknown) * encoder.cols;
    for (let j = 0; j < encoder.cols; j++) data[row * cols + at + j] = table[from + j]!;
  }
  return (['level', 'missing'] as const).flatMap((what) => {
    const { count, row } = unseen[what];
    if (count === 0) return [];
    return [{ column: plan.name, what, count, row, example: what === 'level' ? showEntry(column, row) : 'nothing' }];
  });
}

type PlaceOf = (row: number) => number | undefined;

/** The row of the encoder's table for each row of a table, undefined for a level that training didn't have. */
function placesFor(plan: ColumnPlan, { places, missing }: Encoder, column: Column, rows: number): PlaceOf {
  if (plan.kind === 'text') {
    if (column.kind !== 'text') return refuseUnlessMissing(plan, column, rows, (): PlaceOf => () => missing);
    const { codes, levels } = column;
    const known = levels.map((level) => (level === '' ? missing : places.get(level)));
    return (row) => (codes[row]! < 0 ? missing : known[codes[row]!]);
  }
  const values = valuesFor(plan, column, rows);
  return (row) => (Number.isNaN(values[row]!) ? missing : places.get(values[row]!));
}

/** Entries as the numbers that a plan takes, NaN where missing. @throws {InputError} where the column is of another kind, or a number is infinite */
function valuesFor(plan: ColumnPlan, column: Column, rows: number): Float64Array {
  const isFitting =
    column.kind === plan.kind ||
    (plan.kind === 'number' && column.kind === 'boolean') ||
    (plan.kind === 'boolean' && column.kind === 'number');
  if (column.kind === 'text' || !isFitting)
    return refuseUnlessMissing(plan, column, rows, () => new Float64Array(rows).fill(Number.NaN));
  const { values } = column;
  const most = plan.kind === 'date' ? LAST_DATE : Number.MAX_VALUE;
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    if (plan.kind === 'boolean' ? value === 0 || value === 1 || Number.isNaN(value) : !(Math.abs(value) > most))
      continue;
    const place = `row ${row} (counted from 0)`;
    if (plan.kind === 'number')
      throw new InputError(
        'not-finite',
        `table: column ${showValue(plan.name)} has ${value} at ${place}; drop such rows or leave the entry missing`,
      );
    throw refuse(plan, column, row);
  }
  return values;
}

/** A column in which all is missing says nothing of its kind, so a reader had to guess it. */
function refuseUnlessMissing<T>(plan: ColumnPlan, column: Column, rows: number, otherwise: () => T): T {
  for (let row = 0; row < rows; row++) {
    // A text that is a number, among others that aren't, is not what is wrong.
    if (!isMissing(column, row) && !looksRight(plan, column, row)) throw refuse(plan, column, row);
  }
  for (let row = 0; row < rows; row++) if (!isMissing(column, row)) throw refuse(plan, column, row);
  return otherwise();
}

const looksRight = (plan: ColumnPlan, column: Column, row: number): boolean =>
  plan.kind === 'number' && column.kind === 'text' && Number.isFinite(Number(column.levels[column.codes[row]!]));

function refuse(plan: ColumnPlan, column: Column, row: number): InputError {
  const name = showValue(plan.name);
  return new InputError(
    'data',
    `table: column ${name} held ${kindWords[plan.kind]} in training and holds ${kindWords[column.kind]} here, ${showEntry(column, row)} at row ${row} (counted from 0); ` +
      `mend it, or read it with kinds: { ${JSON.stringify(plan.name)}: '${plan.kind}' }`,
  );
}
