import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { targetOf } from '../prepare/target.ts';
import type { Column, DataTable } from '../table.ts';
import { leakageNotices } from './leakage-notices.ts';

const rows = 300;
const normal = (label: string) => createRandom(3).split(label).normal(new Float64Array(rows));
const number = (name: string, values: ArrayLike<number>): Column => ({
  name,
  kind: 'number',
  values: Float64Array.from(values),
});
const text = (name: string, entries: readonly string[]): Column => {
  const levels = [...new Set(entries)];
  return { name, kind: 'text', codes: Int32Array.from(entries, (entry) => levels.indexOf(entry)), levels };
};
const a = normal('a');
const y = a.map((value, i) => 3 * value + normal('noise')[i]!);
const classes = Array.from(y, (value) => (value > 1 ? 'high' : value > -1 ? 'middle' : 'low'));

function notices(target: Column, ...columns: Column[]): string[] {
  const table: DataTable = { rows, columns: [target, ...columns] };
  return leakageNotices(table, targetOf(table, target.name));
}

const price = number('price', y);
const level = text('level', classes);

test('an ordinary table has nothing to tell of, be a column as good as it may', () => {
  const many = text(
    'city',
    Array.from({ length: rows }, (_, i) => `c${i % 90}`),
  );
  const coarse = number(
    'rooms',
    a.map((value) => Math.round(value)),
  );
  for (const target of [price, level])
    expect(notices(target, number('a', a), number('b', normal('b')), many, coarse)).toEqual([]);
});

test('a category of its own for each row explains nothing on rows held out', () => {
  const names = Array.from({ length: rows }, (_, i) => `n${i}`);
  expect(notices(level, text('name', names))).toEqual([
    'column "name" is different in each row, as names and numbers of things are; nothing can be learned of it',
  ]);
});

test('the target under another name is found, in other words too', () => {
  expect(notices(price, number('copy', y))).toEqual(['column "copy" is "price" under another name; leave it out']);
  const words = classes.map((each) => ({ high: 'A', middle: 'B', low: 'C' })[each]!);
  expect(notices(level, text('grade', words))).toEqual(['column "grade" is "level" under another name; leave it out']);
});

test('a column that says the target in other numbers predicts it alone', () => {
  const [line, ...rest] = notices(
    price,
    number(
      'cents',
      y.map((value) => Math.exp(value / 3)),
    ),
  );
  expect(line).toMatch(
    /^column "cents" alone predicts "price" nearly perfectly \(.* % of its variance is left on rows held out\); leave it out/,
  );
  expect(rest).toEqual([]);
  expect(notices(level, number('price', y))[0]).toMatch(/^column "price" alone predicts "level" nearly perfectly/);
  const finer = text(
    'finer',
    classes.map((each, i) => `${each}${i % 5}`),
  );
  expect(notices(level, finer)[0]).toMatch(/^column "finer" alone predicts "level" nearly perfectly/);
});

test('missing entries may give it away', () => {
  const ended = number(
    'ended',
    y.map((value, i) => (value > 0 ? Number.NaN : normal('day')[i]!)),
  );
  expect(
    notices(
      text(
        'left',
        Array.from(y, (value) => (value > 0 ? 'no' : 'yes')),
      ),
      ended,
    )[0],
  ).toMatch(/^column "ended" alone predicts "left"/);
});

test('a count of rows is one, and more so where rows are sorted', () => {
  const ids = Array.from({ length: rows }, (_, i) => i + 1);
  expect(notices(price, number('id', ids))).toEqual([
    'column "id" counts the rows; leave it out unless their order says something',
  ]);
  const sorted = text('level', [...classes].sort());
  expect(notices(sorted, number('id', ids))[0]).toMatch(
    /alone predicts "level" nearly perfectly .*, since it counts rows that are sorted/,
  );
  expect(
    notices(
      price,
      number(
        'year',
        ids.map((id) => 1700 + id),
      ),
    ),
  ).toEqual([]);
});

test("rows that are there twice are told of, where they needn't be", () => {
  const twice = (values: ArrayLike<number>) => Float64Array.from({ length: rows }, (_, i) => values[i % 250]!);
  expect(notices(number('price', twice(y)), number('a', twice(a)))).toEqual([
    '50 of 300 rows are there before, "price" and all (row 250 is the first, counted from 0); rows in both training and test make scores too good, leave them out or split by group',
  ]);
  const few = text('level', classes);
  expect(
    notices(
      few,
      text(
        'side',
        classes.map((_, i) => (i % 2 === 0 ? 'left' : 'right')),
      ),
    ),
  ).toEqual([]);
});

test('a table of other rows than the target is refused', () => {
  const table: DataTable = { rows, columns: [price] };
  const target = targetOf({ rows: 2, columns: [number('price', [1, 2])] }, 'price');
  expect(() => leakageNotices(table, target)).toThrow('the target has 2 rows, the table 300');
});
