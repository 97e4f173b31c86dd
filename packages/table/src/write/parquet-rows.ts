import type { Column, ColumnKind, DataTable } from '../table.ts';
import type { AtomicFile } from './atomic-file.ts';
import { checkWritable } from './entry-texts.ts';

/** Takes tables, and ends the file. */
export interface RowsWriter {
  write(table: DataTable): Promise<void>;
  finish(): Promise<void>;
}

/** Rows that are kept until they make a group. */
const GROUP_ROWS = 2 ** 16;

const TYPES = {
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  // Of `logical_type`s only this one is known to every reader.
  date: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
} as const;

/** Writes groups of rows by hyparquet-writer, which is loaded for it; a missing entry is null. */
export async function parquetRows(
  file: AtomicFile,
  columns: readonly { readonly name: string; readonly kind: ColumnKind }[],
): Promise<RowsWriter> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const flush = async () => {
    await file.append(bytes.getBytes());
    bytes.index = 0;
  };
  const writer = new ParquetWriter({
    writer: bytes,
    createdBy: 'unbraid',
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, kind }) => ({ name, repetition_type: 'OPTIONAL' as const, ...TYPES[kind] })),
    ],
  });
  let group: unknown[][] = columns.map(() => []);
  let rows = 0;
  const writeGroup = async () => {
    const columnData = columns.map(({ name }, j) => ({ name, data: group[j]! }));
    group = columns.map(() => []);
    writer.write({ columnData, rowGroupSize: rows });
    rows = 0;
    await flush();
  };
  return {
    async write(table) {
      for (const [j, column] of table.columns.entries()) pushEntries(group[j]!, column, table.rows);
      rows += table.rows;
      if (rows >= GROUP_ROWS) await writeGroup();
    },
    async finish() {
      if (rows > 0) await writeGroup();
      writer.finish();
      await flush();
    },
  };
}

function pushEntries(data: unknown[], column: Column, rows: number): void {
  for (let row = 0; row < rows; row++) data.push(entryOf(column, row));
}

function entryOf(column: Column, row: number): unknown {
  if (column.kind === 'text') return column.levels[column.codes[row]!] ?? null;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  checkWritable(value, column.name, row);
  if (column.kind === 'number') return value;
  return column.kind === 'boolean' ? value === 1 : microsecondsOf(value);
}

/** Whole milliseconds apart, since float64 doesn't hold all microseconds of our time. */
function microsecondsOf(milliseconds: number): bigint {
  const whole = Math.trunc(milliseconds);
  return BigInt(whole) * 1000n + BigInt(Math.round((milliseconds - whole) * 1000));
}
