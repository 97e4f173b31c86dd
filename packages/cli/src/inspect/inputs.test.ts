import { createRandom } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { type DataFile, drawnRows, rowsOfData } from './inputs.ts';

const ids = { input_ids: { shape: [3], dtype: 'int64' }, mask: { shape: [3], dtype: 'int64' } } as const;
const random = () => createRandom(1);
const file = (arrays: DataFile['arrays']): DataFile => ({ path: 'x.npz', sha256: '', arrays });

it('puts all inputs of a row one after another', () => {
  const x = rowsOfData(
    file({
      input_ids: { shape: [2, 3], data: BigInt64Array.of(7n, 8n, 9n, 4n, 5n, 6n) },
      mask: { shape: [2, 3], data: Int32Array.of(1, 1, 0, 1, 0, 0) },
    }),
    ids,
    10,
    random(),
  );
  expect([x.rows, x.cols, ...x.data]).toEqual([2, 6, 7, 8, 9, 1, 1, 0, 4, 5, 6, 1, 0, 0]);
});

it('draws as many rows as are wanted, each once and in their order', () => {
  const data = Float32Array.from({ length: 100 }, (_, i) => i);
  const x = rowsOfData(file({ '': { shape: [100], data } }), { x: { shape: [1], dtype: 'float32' } }, 10, random());
  const chosen = [...x.data];
  expect(chosen).toHaveLength(10);
  expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
});

it.each<[string, DataFile['arrays'], RegExp]>([
  [
    'one array for several inputs',
    { '': { shape: [1, 6], data: new Float32Array(6) } },
    /input_ids, mask; give --data as \.npz/,
  ],
  [
    'other numbers of rows',
    { input_ids: { shape: [1, 3], data: new Float32Array(3) }, mask: { shape: [2, 3], data: new Float32Array(6) } },
    /1 rows of input_ids, 2 rows of mask/,
  ],
  [
    'halves for whole numbers',
    {
      input_ids: { shape: [1, 3], data: Float32Array.of(1, 2.5, 3) },
      mask: { shape: [1, 3], data: new Float32Array(3) },
    },
    /row 0, entry 1 of input_ids is 2\.5; input_ids is int64/,
  ],
  [
    'NaN',
    {
      input_ids: { shape: [1, 3], data: Float32Array.of(1, 2, Number.NaN) },
      mask: { shape: [1, 3], data: new Float32Array(3) },
    },
    /1 NaN value, .*row 0, entry 2 of input_ids/,
  ],
  [
    'rows of another shape',
    { input_ids: { shape: [1, 1, 3], data: new Float32Array(3) }, mask: { shape: [1, 3], data: new Float32Array(3) } },
    /\[1, 1, 3\] for input_ids; the model reads rows of \[3\]/,
  ],
])('refuses %s', (_, arrays, message) => {
  expect(() => rowsOfData(file(arrays), ids, 4, random())).toThrow(message);
});

it('draws whole numbers from ranges alone', () => {
  expect(() => drawnRows(ids, 2, {}, random())).toThrow(
    /"input_ids" is of int64, such as token ids.*--range input_ids=0:999/,
  );
  const x = drawnRows(ids, 50, { input_ids: [5, 7], mask: [1, 1] }, random());
  const rows = Array.from({ length: 50 }, (_, i) => [...x.data.subarray(i * 6, i * 6 + 6)]);
  expect(new Set(rows.flatMap((row) => row.slice(0, 3)))).toEqual(new Set([5, 6, 7]));
  expect(new Set(rows.flatMap((row) => row.slice(3)))).toEqual(new Set([1]));
  expect(() => drawnRows(ids, 2, { input_ids: [7, 5], mask: [1, 1] }, random())).toThrow(
    /the smallest number comes first/,
  );
});
