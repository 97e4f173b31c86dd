import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMatrix, matrixFromRows, matrixRow, selectRows } from './matrix.ts';

test('rows are laid out one after the other', () => {
  const matrix = matrixFromRows([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(matrix).toEqual({ rows: 2, cols: 3, data: new Float32Array([1, 2, 3, 4, 5, 6]) });
});

test('a ragged row is named with its length', () => {
  expect(() => matrixFromRows([[1, 2], [3, 4], [5]])).toThrow(
    'data: rows must have one length; row 2 (counted from 0) has 1 entries, row 0 has 2',
  );
});

test('no rows at all is an error', () => {
  expect(() => matrixFromRows([])).toThrow('at least one row');
});

test('sizes that are not whole numbers, and arrays of another size, are refused', () => {
  expect(() => createMatrix(1.5, 2)).toThrow('data: a matrix cannot have 1.5 rows');
  expect(() => createMatrix(2, -1)).toThrow('data: a matrix cannot have -1 cols');
  expect(() => createMatrix(2, 3, new Float32Array(5))).toThrow(
    'data: a 2 × 3 matrix needs 6 entries, the array has 5',
  );
});

test('a row is a view on the matrix', () => {
  const matrix = createMatrix(2, 2);
  matrixRow(matrix, 1)[0] = 7;
  expect([...matrix.data]).toEqual([0, 0, 7, 0]);
});

test('selected rows are those at the indices, in their order', () => {
  const row = fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), fc.array(fc.nat()), (rows, picks) => {
      const indices = picks.map((pick) => pick % rows.length);
      const selected = selectRows(matrixFromRows(rows), indices);
      expect(selected.rows).toBe(indices.length);
      indices.forEach((index, i) => {
        expect([...matrixRow(selected, i)]).toEqual(rows[index]);
      });
    }),
  );
});

test('a row that is not there is named', () => {
  expect(() => selectRows(createMatrix(3, 1), [0, 3])).toThrow('data: there is no row 3 in a matrix of 3 rows');
});
