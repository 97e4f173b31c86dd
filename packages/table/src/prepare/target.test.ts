import { expect, test } from 'vitest';
import type { DataTable } from '../table.ts';
import { selectTarget, targetOf } from './target.ts';

const numbers = (...values: number[]): DataTable => ({
  rows: values.length,
  columns: [{ name: 'price', kind: 'number', values: Float64Array.from(values) }],
});
const texts = (codes: number[], levels: string[]): DataTable => ({
  rows: codes.length,
  columns: [{ name: 'kind', kind: 'text', codes: Int32Array.from(codes), levels }],
});
const repeated = (...values: number[]) => numbers(...Array.from({ length: 50 }, (_, i) => values[i % values.length]!));

test('leaves rows without a target out and counts them', () => {
  const target = targetOf(numbers(1.5, Number.NaN, 2.5), 'price');
  expect(target).toEqual({
    task: 'regression',
    column: 'price',
    values: Float64Array.of(1.5, 2.5),
    rows: Int32Array.of(0, 2),
    dropped: 1,
    notices: ['1 of 3 rows have no "price" and are left out'],
  });
});

test('takes texts, yes and no, and few whole numbers as classes, and other numbers as a quantity', () => {
  expect(targetOf(texts([2, 0, -1, 1], ['b', 'a', 'c']), 'kind')).toMatchObject({
    task: 'classification',
    classes: ['a', 'b', 'c'],
    labels: Int32Array.of(2, 1, 0),
  });
  const yes: DataTable = { rows: 3, columns: [{ name: 'won', kind: 'boolean', values: Float64Array.of(1, 0, 1) }] };
  expect(targetOf(yes, 'won')).toMatchObject({ classes: ['false', 'true'], labels: Int32Array.of(1, 0, 1) });
  expect(targetOf(repeated(10, 9, 2), 'price')).toMatchObject({ task: 'classification', classes: ['2', '9', '10'] });
  expect(targetOf(repeated(10, 9, 2), 'price').notices).toHaveLength(1);
  expect(targetOf(repeated(10, 9, 2), 'price', { task: 'regression' }).task).toBe('regression');
  expect(targetOf(repeated(10, 9.5, 2), 'price').task).toBe('regression');
  expect(targetOf(numbers(1, 2, 3, 4), 'price').task).toBe('regression');
});

test.each<[string, DataTable, string, Parameters<typeof targetOf>[2], string]>([
  ['a name that is not there', numbers(1, 2), 'prise', {}, 'there is no column "prise"; the only one is "price"'],
  ['no rows', numbers(), 'price', {}, 'the table has no rows'],
  ['all missing', numbers(Number.NaN, Number.NaN), 'price', {}, 'is missing in all 2 rows'],
  ['infinity', numbers(1, Infinity), 'price', {}, 'has 1 infinite value, the first at row 1 (counted from 0)'],
  ['one value', numbers(3, 3), 'price', {}, 'is 3 in every row; there is nothing to predict'],
  ['one class', texts([0, 0], ['a']), 'kind', {}, 'is "a" in every row; at least two classes are needed'],
  [
    'texts as a quantity',
    texts([0, 1], ['1', 'x']),
    'kind',
    { task: 'regression' },
    'is no number, such as "1" at row 0',
  ],
  [
    'a million classes',
    numbers(...Array.from({ length: 2000 }, (_, i) => i)),
    'price',
    { task: 'classification' },
    'has more than 1000 classes',
  ],
  ['another task', numbers(1, 2), 'price', { task: 'ranking' as never }, 'targetOf\'s task is "ranking"'],
])('refuses %s in one line', (_, table, column, options, message) => {
  expect(() => targetOf(table, column, options)).toThrow(message);
  expect(() => targetOf(table, column, options)).toThrow(/^table: targetOf.*$/);
});

test('selects rows of its own', () => {
  const target = targetOf(numbers(1.5, Number.NaN, 2.5, 4), 'price');
  expect(selectTarget(target, [2, 0])).toMatchObject({ rows: Int32Array.of(3, 0), values: Float64Array.of(4, 1.5) });
  expect(() => selectTarget(target, [3])).toThrow('there is no row 3 in a target of 3 rows');
});
