import { createMatrix } from '@unbraid/data';
import { expect, test } from 'vitest';
import { targetOf } from '../prepare/target.ts';
import type { DataTable } from '../table.ts';
import { partialDependence } from './partial-dependence.ts';
import { permutationImportance } from './permutation-importance.ts';
import type { ExplainProgress } from './settings.ts';

const table: DataTable = {
  rows: 40,
  columns: [
    { name: 'a', kind: 'number', values: Float64Array.from({ length: 40 }, (_, i) => i) },
    { name: 'b', kind: 'boolean', values: Float64Array.from({ length: 40 }, (_, i) => i % 2) },
    { name: 'c', kind: 'text', codes: Int32Array.from({ length: 40 }, (_, i) => (i % 4) - 1), levels: ['x', 'y', 'z'] },
    { name: 'when', kind: 'date', values: new Float64Array(40).fill(Number.NaN) },
    { name: 'y', kind: 'number', values: Float64Array.from({ length: 40 }, (_, i) => i + 0.5) },
  ],
};
const target = targetOf(table, 'y');

/** The column `a` alone. */
const predict = ({ rows, columns }: DataTable) => {
  const [a] = columns;
  return createMatrix(rows, 1, Float32Array.from(a?.kind === 'number' ? a.values : []));
};

test('only a column that the model reads is worth anything', async () => {
  const progress: ExplainProgress[] = [];
  const found = await permutationImportance({
    table,
    target,
    predict,
    repeats: 3,
    onProgress: (each) => progress.push(each),
  });
  expect(found.columns.map(({ column }) => column)).toEqual(['a', 'b', 'c', 'when']);
  expect(found.columns[0]!.least).toBeGreaterThan(0.5);
  for (const { falls } of found.columns.slice(1)) expect([...falls]).toEqual([0, 0, 0]);
  expect(progress.map(({ prediction }) => prediction)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  expect(progress.at(-1)).toEqual({ prediction: 13, predictions: 13, column: 'when' });
  const again = await permutationImportance({ table, target, predict, repeats: 3, columns: ['a'] });
  expect(again.columns[0]).toEqual(found.columns[0]);
});

test('classes are scored by the share that is right', async () => {
  const labels = targetOf(table, 'c');
  const guess = ({ rows }: DataTable) =>
    createMatrix(
      rows,
      3,
      Float32Array.from({ length: rows * 3 }, (_, i) => Number(i % 3 === 0)),
    );
  const { score } = await permutationImportance({
    table: {
      rows: 30,
      columns: table.columns.map((each) =>
        each.kind === 'text'
          ? { ...each, codes: each.codes.slice(0, 30) }
          : { ...each, values: each.values.slice(0, 30) },
      ),
    },
    target: labels,
    predict: guess,
    columns: ['a'],
    repeats: 1,
  });
  expect(score).toBeCloseTo(1 / 3, 10);
});

test('grids are quantiles, both of yes and no, or levels', async () => {
  const grids = await Promise.all(
    ['a', 'b', 'c'].map((column) => partialDependence({ table, column, predict, size: 5 })),
  );
  expect(grids.map(({ grid }) => grid)).toEqual([
    [1.95, 10.725, 19.5, 28.275, 37.05].map((value) => expect.closeTo(value, 9)),
    [0, 1],
    ['x', 'y', 'z'],
  ]);
  expect([...grids[0]!.mean.data]).toEqual(grids[0]!.grid.map((value) => Math.fround(Number(value))));
  expect(grids[1]!.mean.data[0]).toBe(19.5);
  expect(grids[1]!.low.data[0]).toBeCloseTo(3.9, 5);
  const few = await partialDependence({ table, column: 'a', predict, size: 3, maxRows: 7 });
  expect(few.rows).toBe(7);
});

test('ends when it is told to, and refuses what it cannot use in one line', async () => {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error('enough'));
  const options = { table, target, predict };
  await expect(permutationImportance({ ...options, signal: controller.signal, onProgress: stop })).rejects.toThrow(
    'enough',
  );
  await expect(partialDependence({ table, column: 'a', predict, signal: controller.signal })).rejects.toThrow('enough');
  await expect(permutationImportance({ ...options, columns: ['q'] })).rejects.toThrow('there is no column "q"');
  await expect(permutationImportance({ ...options, score: () => Number.NaN })).rejects.toThrow('score gave NaN');
  await expect(permutationImportance({ ...options, predict: () => createMatrix(3, 1) })).rejects.toThrow(
    'predict gave 3 rows of 1 outputs for 40 rows',
  );
  const broken = ({ rows }: DataTable) => createMatrix(rows, 1, new Float32Array(rows).fill(Number.NaN));
  await expect(permutationImportance({ ...options, predict: broken })).rejects.toThrow('predict gave NaN for row 0');
  await expect(partialDependence({ table, column: 'when', predict })).rejects.toThrow('is missing in all rows');
  await expect(partialDependence({ table, column: 'c', predict, grid: [1] })).rejects.toThrow(
    'the grid has 1 for column "c"; a text is needed',
  );
  await expect(partialDependence({ table, column: 'a', predict, size: 1 })).rejects.toThrow(
    "partialDependence's size is 1",
  );
});
