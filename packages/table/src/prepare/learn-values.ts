import { countNonFinite, InputError, showValue } from '@unbraid/checks';
import type { BooleanColumn, DateColumn, NumberColumn } from '../table.ts';
import { dateFacts } from './dates.ts';
import { LAST_DATE } from './entries.ts';
import type { Learned } from './learned.ts';
import { LARGEST, type NumberFacts, numberFacts } from './numbers.ts';
import type { LeftOutPlan } from './plan.ts';

/** Deviations from which a tail is called heavy: such a number outweighs what a thousand ordinary ones say. */
const HEAVY = 30;

/** What is learned of numbers. @throws {InputError} `not-finite` for infinite ones, `data` beyond ±10³⁰⁰ */
export function learnNumbers({ name, kind, values }: NumberColumn, limit: number): Learned {
  checkRange(name, values);
  const facts = numberFacts(values, limit);
  const { standardization, median, farthest } = facts;
  const indicator = facts.present < values.length;
  const out = leftOut({ name, kind }, facts, indicator, standardization !== undefined, (value) =>
    showNumber(value, values),
  );
  if (out) return { plan: out };
  const plan = { use: 'number' as const, name, kind, median, indicator, ...(standardization && { standardization }) };
  if (farthest < HEAVY) return { plan };
  const told = limit < farthest ? `what is farther than ${limit} is set to that` : 'a few rows outweigh the others';
  return {
    plan,
    notice: `column ${showValue(name)} reaches ${Math.round(farthest)} standard deviations from its mean; ${told}, its logarithm may serve better`,
  };
}

const showNumber = (median: number, values: Float64Array): string =>
  values.every((value) => value === median) ? String(median) : `${median}, up to rounding,`;

/** What is learned of yes and no. @throws {InputError} `data`, for entries other than 0, 1 and NaN */
export function learnBooleans({ name, kind, values }: BooleanColumn): Learned {
  let [yes, no] = [0, 0];
  values.forEach((value, row) => {
    if (value === 1) yes++;
    else if (value === 0) no++;
    else if (!Number.isNaN(value))
      throw new InputError(
        'data',
        `table: column ${showValue(name)} is yes and no, but holds ${value} at row ${row} (counted from 0)`,
      );
  });
  const fill = yes > no ? 1 : 0;
  const [present, varies] = [yes + no, yes > 0 && no > 0];
  const indicator = present < values.length;
  const out = leftOut({ name, kind }, { present, median: fill, farthest: 0 }, indicator, varies, (value) =>
    String(value === 1),
  );
  return { plan: out ?? { use: 'boolean', name, kind, fill, indicator, varies } };
}

/** What is learned of dates. @throws {InputError} `data`, for what is no date */
export function learnDates({ name, kind, values }: DateColumn, limit: number): Learned {
  values.forEach((value, row) => {
    if (Math.abs(value) > LAST_DATE)
      throw new InputError(
        'data',
        `table: column ${showValue(name)} has ${value} ms at row ${row} (counted from 0), which is no date`,
      );
  });
  const facts = numberFacts(values, limit);
  const indicator = facts.present < values.length;
  const { standardization, median } = facts;
  const out = leftOut({ name, kind }, facts, indicator, standardization !== undefined, (value) =>
    new Date(value).toISOString(),
  );
  if (out) return { plan: out };
  const parts = dateFacts(values);
  return {
    plan: { use: 'date', name, kind, median, indicator, ...(standardization && { standardization }), ...parts },
  };
}

function leftOut(
  { name, kind }: Pick<LeftOutPlan, 'name' | 'kind'>,
  { present, median }: NumberFacts,
  indicator: boolean,
  varies: boolean,
  show: (value: number) => string,
): LeftOutPlan | undefined {
  if (present === 0) return { use: 'leave-out', name, kind, reason: 'it is missing in all rows' };
  if (varies || indicator) return undefined;
  return { use: 'leave-out', name, kind, reason: `it is ${show(median)} in every row` };
}

function checkRange(name: string, values: Float64Array): void {
  const first = values.findIndex((value) => Math.abs(value) > LARGEST);
  if (first < 0) return;
  const place = `row ${first} (counted from 0)`;
  const infinite = values.filter((value) => Math.abs(value) === Infinity);
  if (infinite.length > 0)
    throw new InputError(
      'not-finite',
      `table: column ${showValue(name)} has ${countNonFinite(infinite)}, the first at row ${values.findIndex((value) => Math.abs(value) === Infinity)} (counted from 0); drop such rows or leave their entries missing`,
    );
  throw new InputError(
    'data',
    `table: column ${showValue(name)} has ${values[first]} at ${place}; numbers up to ±${LARGEST} are taken`,
  );
}
