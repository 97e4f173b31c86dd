import { expect, test } from 'vitest';
import { csrFromEntries } from './csr.ts';
import { rowOfEntries } from './row-of-entries.ts';

test('each entry has its row, rows without entries among them', () => {
  const rows = [0, 0, 2, 4, 4, 4];
  expect([...rowOfEntries(csrFromEntries(6, 5, { rows, columns: [0, 4, 1, 0, 2, 3] }))]).toEqual(rows);
  expect([...rowOfEntries(csrFromEntries(3, 3, { rows: [], columns: [] }))]).toEqual([]);
});
