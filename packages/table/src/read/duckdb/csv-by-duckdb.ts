import type { DuckDBConnection } from '@duckdb/node-api';
import { showValue } from '@unbraid/checks';
import type { CsvDialect } from '../csv/dialect.ts';
import type { RawTable, Reading } from '../raw-table.ts';
import { asked, sqlPath, sqlText } from './sql.ts';

/** What stands after `from` for a CSV file whose entries stay texts. */
export function csvRelation(path: string, { delimiter, hasHeader, columns }: CsvDialect, isGzip: boolean): string {
  const types = columns.map((_, j) => `c${j}: 'VARCHAR'`).join(', ');
  const settings = [
    'auto_detect = false',
    `delim = ${sqlText(delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `header = ${hasHeader}`,
    `columns = {${types}}`,
    `compression = ${isGzip ? "'gzip'" : "'none'"}`,
    `max_line_size = ${2 ** 25}`,
    'parallel = true',
  ];
  return `read_csv(${sqlPath(path)}, ${settings.join(', ')})`;
}

/** A CSV file cut into entries by DuckDB, and understood as ours are. */
export function csvByDuckdb(
  connection: DuckDBConnection,
  csv: RawTable & { readonly dialect: CsvDialect },
  relation: string,
): RawTable {
  return { ...csv, begin: (columns) => beginTexts(connection, csv, relation, columns) };
}

function beginTexts(
  connection: DuckDBConnection,
  { name, dialect }: RawTable & { readonly dialect: CsvDialect },
  relation: string,
  columns: readonly string[],
): Reading {
  const numbers = new Map(dialect.columns.map((column, j) => [column, j]));
  const list = columns.map((column) => `c${numbers.get(column)}`).join(', ');
  let first = 0;
  return {
    place: (column) => (row) => `row ${first + row + 1}, column ${showValue(column)} of ${name}`,
    async *pieces(sinks, room) {
      const result = await asked(name, () => connection.stream(`select ${list} from ${relation}`));
      for (let seen = 0; ; ) {
        const chunk = await asked(name, () => result.fetchChunk());
        if (!chunk || chunk.rowCount === 0) return;
        for (let start = 0; start < chunk.rowCount; ) {
          const end = Math.min(chunk.rowCount, start + room());
          first = seen + start;
          for (const [j, sink] of sinks.entries()) {
            const vector = chunk.getColumnVector(j);
            for (let i = start; i < end; i++) sink.addText(unixText(vector.getItem(i)), i - start);
          }
          yield end - start;
          start = end;
        }
        seen += chunk.rowCount;
      }
    },
  };
}

/** An entry with line feeds at its lines' ends; DuckDB gives nothing for an empty one. */
function unixText(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text;
}
