import { expect, test } from 'vitest';
import { InputError, toMatrix } from '../index.ts';

const same = { data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 3, cols: 2 };

test('a matrix over a Float32Array is the one given', () => {
  expect(toMatrix('nn: x', same)).toBe(same);
});

test.each<[string, unknown]>([
  [
    'rows',
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ],
  ['typed rows', [Float64Array.of(1, 2), Uint8Array.of(3, 4), [5, 6]]],
  ['a Float64Array with its columns', { data: Float64Array.of(1, 2, 3, 4, 5, 6), cols: 2 }],
  ['a Float32Array with its columns', { data: same.data, cols: 2 }],
  ['bytes with their shape', { data: Uint8Array.of(1, 2, 3, 4, 5, 6), rows: 3, cols: 2 }],
  ['a plain array with its columns', { data: [1, 2, 3, 4, 5, 6], cols: 2 }],
])('%s become the same matrix', (_, given) => {
  expect(toMatrix('nn: x', given)).toEqual(same);
});

test.each<[unknown, string]>([
  [undefined, 'nn: x is undefined; give rows of numbers'],
  [
    3,
    'nn: x is 3; give rows of numbers, such as [[1, 2], [3, 4]], or { data, rows, cols } with the numbers row after row',
  ],
  [[1, 2, 3], "nn: x is an array of 3 numbers, whose rows can't be told; give rows"],
  [Float64Array.of(1, 2), "nn: x is a Float64Array of 2, whose rows can't be told; give rows"],
  [{ a: 1 }, 'nn: x is an object with a; give rows'],
  [[], 'nn: x has no rows; at least 1 is needed'],
  [[[], []], 'nn: x has an empty row 0 (counted from 0); at least 1 column is needed'],
  [[[1, 2], [3]], 'nn: x has 1 entries in row 1 (counted from 0), row 0 has 2; rows must have one length'],
  [[[1, 2], 'ab'], 'nn: x has "ab" as row 1 (counted from 0); a row is a list of numbers'],
  [[{ age: 1, size: 2 }], 'nn: x has an object with age, size as row 0 (counted from 0); a row is a list of numbers'],
  [
    [
      [1, 2],
      [3, '4'],
    ],
    'nn: x has "4" at row 1, column 1 (counted from 0); numbers are needed',
  ],
  [
    [
      [1, 2],
      [3, null],
    ],
    'nn: x has null at row 1, column 1 (counted from 0); numbers are needed',
  ],
  [[[1, 2], new Array(2)], 'nn: x has undefined at row 1, column 0 (counted from 0); numbers are needed'],
  [[BigInt64Array.of(1n)], 'nn: x has a BigInt64Array of 1 as row 0 (counted from 0); a row is a list of numbers'],
  [{ data: [1, 2, 'a', 4], cols: 2 }, 'nn: x has "a" at row 1, column 0 (counted from 0); numbers are needed'],
  [{ data: 'abcd', cols: 2 }, 'nn: x has "abcd" as data; an array of numbers is needed'],
  [{ data: [1, 2, 3], cols: 2 }, 'nn: x has 3 entries, which are no rows of 2'],
  [{ data: [1, 2, 3], rows: 2, cols: 2 }, 'nn: x has 3 entries, 2 rows of 2 take 4'],
  [{ data: [], rows: 0, cols: 2 }, 'nn: x has 0 rows; at least 1 is needed'],
  [{ data: [1, 2], cols: -1 }, 'nn: x has -2 rows; at least 1 is needed'],
  [{ data: [1, 2], cols: 0.5 }, 'nn: x has 0.5 cols; at least 1 is needed'],
  [
    [
      [1, 2],
      [1e300, 4],
    ],
    "nn: x has 1e+300 at row 1, column 0 (counted from 0), which float32 doesn't reach (3.4e38); scale that column",
  ],
  [{ data: Float64Array.of(1, -1e39), cols: 1 }, 'nn: x has -1e+39 at row 1, column 0'],
  [
    [
      [1, 2],
      [3, Number.NaN],
      [Infinity, 0],
    ],
    'nn: x has 1 NaN and 1 infinite values, the first at row 1, column 1 (counted from 0); drop or impute such rows',
  ],
])('what is no matrix is refused in one line, case %#', (given, message) => {
  const refused = () => toMatrix('nn: x', given);
  expect(refused).toThrow(InputError);
  expect(refused).toThrow(message);
});
