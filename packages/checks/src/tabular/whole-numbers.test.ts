import { expect, test } from 'vitest';
import { InputError, toWholeMatrix } from '../index.ts';

test('an array of the type is the one given', () => {
  const data = Int32Array.of(1, 2, 3, 4);
  expect(toWholeMatrix('nn: x', { data, rows: 2, cols: 2 }, 'int32').data).toBe(data);
  const ids = BigInt64Array.of(1n, 2n ** 60n);
  expect(toWholeMatrix('nn: x', { data: ids, cols: 1 }, 'int64').data).toBe(ids);
  const mask = Uint8Array.of(1, 0);
  expect(toWholeMatrix('nn: x', { data: mask, cols: 2 }, 'bool').data).toBe(mask);
});

test.each<[string, unknown]>([
  [
    'rows',
    [
      [1, 0],
      [0, 1],
    ],
  ],
  ['typed rows', [Int32Array.of(1, 0), BigInt64Array.of(0n, 1n)]],
  [
    'truth values',
    [
      [true, false],
      [false, true],
    ],
  ],
  ['numbers with their columns', { data: [1, 0, 0, 1], cols: 2 }],
  ['bigints with their shape', { data: [1n, 0n, 0n, 1n], rows: 2, cols: 2 }],
  ['floats', { data: Float32Array.of(1, 0, 0, 1), cols: 2 }],
])('%s become a matrix of every type', (_, given) => {
  expect(toWholeMatrix('nn: x', given, 'int32')).toEqual({ data: Int32Array.of(1, 0, 0, 1), rows: 2, cols: 2 });
  expect(toWholeMatrix('nn: x', given, 'int64')).toEqual({ data: BigInt64Array.of(1n, 0n, 0n, 1n), rows: 2, cols: 2 });
  expect(toWholeMatrix('nn: x', given, 'uint32')).toEqual({ data: Uint32Array.of(1, 0, 0, 1), rows: 2, cols: 2 });
  expect(toWholeMatrix('nn: x', given, 'bool')).toEqual({ data: Uint8Array.of(1, 0, 0, 1), rows: 2, cols: 2 });
});

test.each<[unknown, string]>([
  [undefined, 'nn: x is undefined; give rows of numbers'],
  [Int32Array.of(1), 'nn: x is a Int32Array of 1; give rows of numbers'],
  [[], 'nn: x has no rows; at least 1 is needed'],
  [[1, 2], 'nn: x has 1 as row 0 (counted from 0); give rows of numbers'],
  [[[]], 'nn: x has an empty row 0'],
  [[[1], 'a'], 'nn: x has "a" as row 1 (counted from 0); a row is a list of numbers'],
  [[[1, 2], [3]], 'nn: x has 1 entries in row 1 (counted from 0), row 0 has 2'],
  [
    [
      [1, 2],
      [3, 0.5],
    ],
    'nn: x has 0.5 at row 1, column 1 (counted from 0); whole numbers from -2^31 to 2^31 - 1',
  ],
  [
    [
      [1, 2],
      [3, Number.NaN],
    ],
    'nn: x has NaN at row 1, column 1',
  ],
  [[[2 ** 31]], 'nn: x has 2147483648 at row 0, column 0'],
  [[[2n ** 40n]], 'nn: x has 1099511627776'],
  [[['1']], 'nn: x has "1" at row 0, column 0'],
  [{ data: [1, 2, 3], cols: 2 }, 'nn: x has 3 entries, which are no rows of 2'],
  [{ data: [1, 2, 3], rows: 2, cols: 2 }, 'nn: x has 3 entries, 2 rows of 2 are needed'],
  [{ data: [], cols: 2 }, 'nn: x has 0 rows'],
  [{ data: [1], cols: 0 }, 'nn: x has 0 cols'],
])('what are no whole numbers is refused in one line, case %#', (given, message) => {
  const refused = () => toWholeMatrix('nn: x', given, 'int32');
  expect(refused).toThrow(InputError);
  expect(refused).toThrow(message);
});

test('truth values are 0 and 1', () => {
  expect(() => toWholeMatrix('nn: mask', { data: Uint8Array.of(1, 2), cols: 2 }, 'bool')).toThrow(
    'nn: mask has 2 at row 0, column 1 (counted from 0); truth values, or 0 and 1, are needed',
  );
});
