import { expect, it } from 'vitest';
import { tableFromColumns, tableFromRows } from '../src/index.ts';
import { plain } from './tables.ts';

it('takes rows with any names, and what is missing in any form', () => {
  const day = new Date('2024-01-01');
  expect(
    plain(
      tableFromRows([
        { a: 1, b: 'x' },
        { a: Number.NaN, c: true },
        { b: null, d: day, e: undefined },
      ]),
    ),
  ).toEqual({
    a: ['number', 1, null, null],
    b: ['text', 'x', null, null],
    c: ['boolean', null, 1, null],
    d: ['date', null, null, day.getTime()],
    e: ['number', null, null, null],
  });
});

it('takes columns of arrays of any type', () => {
  expect(plain(tableFromColumns({ a: Float32Array.of(1, 2), b: Int32Array.of(3, 4), c: ['', 'x'] }))).toEqual({
    a: ['number', 1, 2],
    b: ['number', 3, 4],
    c: ['text', '', 'x'],
  });
});

it.each<[string, () => unknown, string]>([
  ['no rows', () => tableFromRows([]), 'tableFromRows was given no rows'],
  ['no array', () => tableFromRows({} as never), 'takes an array of objects'],
  ['rows that are none', () => tableFromRows([1 as never]), 'takes an array of objects'],
  [
    'two kinds',
    () => tableFromRows([{ a: 1 }, { a: 'x' }]),
    'row 1 (counted from 0) of column "a" is "x"; the values before it are of kind number',
  ],
  [
    'infinity',
    () => tableFromRows([{ a: -Infinity }]),
    'row 0 (counted from 0) of column "a" is -Infinity; finite numbers are needed',
  ],
  ['an object', () => tableFromRows([{ a: {} }]), 'is an object without entries; numbers, texts'],
  [
    'columns of two lengths',
    () => tableFromColumns({ a: [1], b: [1, 2] }),
    'column "b" has 2 values, column "a" has 1',
  ],
  ['a column that is none', () => tableFromColumns({ a: 5 as never }), 'column "a" is 5; give an array'],
  ['an array of columns', () => tableFromColumns([[1]] as never), 'takes an object of arrays'],
])('refuses %s', (_, make, message) => expect(make).toThrow(message));
