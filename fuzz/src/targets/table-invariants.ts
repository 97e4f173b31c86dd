import assert from 'node:assert/strict';
import { type DataTable, type ReadTableOptions, readDataTable, streamDataTable } from '@unbraid/table';

/** Reads a table whole and in batches, and asserts what holds of every table. */
export async function checkTable(bytes: Uint8Array, name: string, options: ReadTableOptions = {}): Promise<void> {
  const quiet = { ...options, onWarning: () => {} };
  const table = await readDataTable({ bytes, name }, quiet);
  assertTable(table);
  assert.ok(table.rows > 0);
  let rows = 0;
  for await (const batch of streamDataTable({ bytes, name }, { ...quiet, batchRows: 3 })) {
    assertTable(batch);
    assert.deepEqual(
      batch.columns.map(({ name, kind }) => [name, kind]),
      table.columns.map(({ name, kind }) => [name, kind]),
    );
    for (const [j, column] of batch.columns.entries()) {
      assert.deepEqual(entriesOf(column, 0, batch.rows), entriesOf(table.columns[j]!, rows, batch.rows));
    }
    rows += batch.rows;
  }
  assert.equal(rows, table.rows);
}

function assertTable({ rows, columns }: DataTable): void {
  assert.equal(new Set(columns.map(({ name }) => name)).size, columns.length);
  for (const column of columns) {
    if (column.kind === 'text') {
      assert.equal(column.codes.length, rows);
      assert.equal(new Set(column.levels).size, column.levels.length);
      assert.ok(column.codes.every((code) => code >= -1 && code < column.levels.length));
    } else {
      assert.equal(column.values.length, rows);
      assert.ok(column.values.every((value) => Number.isFinite(value) || Number.isNaN(value)));
      if (column.kind === 'boolean') assert.ok(column.values.every((value) => !(value > 0 && value < 1)));
    }
  }
}

function entriesOf(column: DataTable['columns'][number], start: number, count: number): unknown[] {
  if (column.kind !== 'text') return Array.from(column.values.subarray(start, start + count));
  return Array.from(column.codes.subarray(start, start + count), (code) => column.levels[code]);
}
