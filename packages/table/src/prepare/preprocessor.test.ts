import { expect, test } from 'vitest';
import type { DataTable } from '../table.ts';
import { fitPreprocessor } from './fit-preprocessor.ts';
import { preprocessorFromJson } from './json.ts';
import { selectRows } from './select-rows.ts';
import { targetOf } from './target.ts';
import type { Unseen } from './write-features.ts';

const day = 86_400_000;
const table: DataTable = {
  rows: 6,
  columns: [
    { name: 'age', kind: 'number', values: Float64Array.of(1, 2, Number.NaN, 4, 5, 6) },
    { name: 'paid', kind: 'boolean', values: Float64Array.of(1, 0, 1, 1, Number.NaN, 1) },
    { name: 'when', kind: 'date', values: Float64Array.of(0, day, 2 * day, 100 * day, 200 * day, 300 * day + 5) },
    { name: 'city', kind: 'text', codes: Int32Array.of(0, 1, 0, -1, 2, 1), levels: ['b', 'a', 'c'] },
    { name: 'same', kind: 'number', values: new Float64Array(6).fill(0.1) },
    { name: 'price', kind: 'number', values: Float64Array.of(1.5, 2, 3, Number.NaN, 5, 6) },
  ],
};

test('learns from the rows that have a target, and goes through JSON with the same bits', () => {
  const target = targetOf(table, 'price');
  expect(target).toMatchObject({ task: 'regression', dropped: 1, rows: Int32Array.of(0, 1, 2, 4, 5) });
  const { preprocessor, x, notices } = fitPreprocessor(selectRows(table, target.rows), { target });
  expect(preprocessor.features).toEqual([
    ...['age', 'age (missing)', 'paid', 'paid (missing)', 'when', 'when (year sin)', 'when (year cos)', 'when=Monday'],
    ...['when=Wednesday', 'when=Thursday', 'when=Friday', 'when=Saturday', 'when (day sin)', 'when (day cos)'],
    ...['city=a', 'city=b', 'city (other)'],
  ]);
  expect(notices).toEqual(['column "same" is left out: it is 0.1 in every row']);
  expect([x.rows, x.cols]).toEqual([5, 17]);
  expect(x.data.every(Number.isFinite)).toBe(true);
  const again = preprocessorFromJson(JSON.parse(JSON.stringify(preprocessor)));
  const unseen: Unseen[] = [];
  const rows = preprocessor.transform(table, { onUnseen: (each) => unseen.push(each) });
  expect(unseen).toEqual([{ column: 'city', what: 'missing', count: 1, row: 3, example: 'nothing' }]);
  expect(again.transform(table, { onUnseen: () => {} })).toEqual(rows);
});

test('numbers far from the mean are set to a limit, of the training rows and of others', () => {
  const values = new Float64Array(101).map((_, row) => (row === 100 ? 1000 : row % 2));
  const wide: DataTable = { rows: 101, columns: [{ name: 'a', kind: 'number', values }] };
  const outer: DataTable = { rows: 2, columns: [{ name: 'a', kind: 'number', values: Float64Array.of(1e9, -1e9) }] };
  const first = ({ data }: { readonly data: Float32Array }) => [data[0]!, data[1]!];
  const { preprocessor, x } = fitPreprocessor(wide);
  expect(x.data[100]).toBe(4);
  expect(first(preprocessor.transform(outer))).toEqual([4, -4]);
  const free = fitPreprocessor(wide, { clip: false });
  expect(free.x.data[100]).toBeGreaterThan(9);
  expect(first(free.preprocessor.transform(outer))).toEqual([1e6, -1e6]);
  expect(() => fitPreprocessor(wide, { clip: 0.5 })).toThrow(
    "fitPreprocessor's clip is 0.5; a finite number of at least 1",
  );
});
