import { expect, test } from 'vitest';
import { csrFromEntries } from './csr.ts';
import { entryAt } from './entry-at.ts';

test('each place has its entry, or none', () => {
  const matrix = csrFromEntries(4, 5, { rows: [0, 0, 0, 2, 3], columns: [0, 2, 4, 1, 4] });
  const places = Array.from({ length: 4 }, (_, row) =>
    Array.from({ length: 5 }, (_, column) => entryAt(matrix, row, column)),
  );
  expect(places).toEqual([
    [0, -1, 1, -1, 2],
    [-1, -1, -1, -1, -1],
    [-1, 3, -1, -1, -1],
    [-1, -1, -1, -1, 4],
  ]);
});
