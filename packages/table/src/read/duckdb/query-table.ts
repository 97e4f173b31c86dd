import type { DuckDBConnection } from '@duckdb/node-api';
import { InputError, showValue } from '@unbraid/checks';
import type { ColumnKind } from '../../table.ts';
import { addTyped } from '../columns/add-typed.ts';
import type { EntryForm } from '../columns/entry.ts';
import { missingTexts } from '../columns/missing-texts.ts';
import type { ReadSettings } from '../options.ts';
import type { RawTable, Reading } from '../raw-table.ts';
import { asked, sqlName } from './sql.ts';

/** A column of a query's result: its kind, and what of it is asked for. */
interface QueryColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly expression: string;
}

/** A column of a type that no kind of ours is. */
interface UnreadColumn {
  readonly name: string;
  readonly unread: string;
}

/** The result of a query as a table, whose columns have types. @throws {InputError} what DuckDB says of the query, in one line */
export async function openQuery(
  connection: DuckDBConnection,
  query: string,
  settings: ReadSettings,
  name: string,
): Promise<RawTable> {
  const trimmed = query.trimEnd();
  // As people end queries; within another there is none.
  const inner = trimmed.endsWith(';') ? trimmed.slice(0, -1) : trimmed;
  const described = await asked(name, () => connection.runAndReadAll(`describe ${inner}`));
  const columns = described.getRows().map(([column, type]) => queryColumn(String(column), String(type)));
  const form: EntryForm = { decimal: '.', missing: missingTexts(settings.missingTexts, []), texts: 'texts' };
  const byName = new Map(columns.map((column) => [column.name, column]));
  const find = (column: string): QueryColumn => {
    const found = byName.get(column)!;
    if ('expression' in found) return found;
    throw new InputError(
      'data',
      `table: column ${showValue(column)} of ${name} holds ${found.unread}; leave it out by naming the columns to read`,
    );
  };
  return {
    name,
    form,
    columns: columns.map((column) => column.name),
    emptyKind: (column) => find(column).kind,
    begin: (chosen) => beginQuery(connection, inner, chosen.map(find), name),
  };
}

function queryColumn(name: string, type: string): QueryColumn | UnreadColumn {
  const column = sqlName(name);
  const as = (kind: ColumnKind, expression = column) => ({ name, kind, expression });
  if (/^(?:BIGINT|UBIGINT|HUGEINT|UHUGEINT)$/.test(type)) return as('number');
  if (
    /^(?:TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER|FLOAT|DOUBLE|"NULL"|NULL|DECIMAL\(\d+,\d+\))$/.test(type)
  )
    return as('number', `cast(${column} as double)`);
  if (type === 'BOOLEAN') return as('boolean');
  if (type === 'TIMESTAMP_NS') return as('date', millisecondsOf(`epoch_ns(${column})`, 1e6));
  if (/^(?:DATE|TIMESTAMP.*)$/.test(type)) return as('date', millisecondsOf(`epoch_us(${column})`, 1e3));
  if (/^(?:VARCHAR|UUID|ENUM\(.*\))$/s.test(type)) return as('text', `cast(${column} as varchar)`);
  return { name, unread: type.toLowerCase() };
}

/** Whole milliseconds apart, as they are read without DuckDB. */
const millisecondsOf = (time: string, unit: number): string =>
  `cast(${time} // ${unit} as double) + cast(${time} % ${unit} as double) / ${unit}`;

function beginQuery(
  connection: DuckDBConnection,
  query: string,
  columns: readonly QueryColumn[],
  name: string,
): Reading {
  const list = columns.map(({ expression }, j) => `${expression} as c${j}`).join(', ');
  let first = 0;
  return {
    place: (column) => (row) => `row ${first + row + 1}, column ${showValue(column)} of ${name}`,
    async *pieces(sinks, room) {
      const result = await asked(name, () => connection.stream(`select ${list} from (${query})`));
      for (let seen = 0; ; ) {
        const chunk = await asked(name, () => result.fetchChunk());
        if (!chunk || chunk.rowCount === 0) return;
        for (let start = 0; start < chunk.rowCount; ) {
          const end = Math.min(chunk.rowCount, start + room());
          first = seen + start;
          for (const [j, { kind }] of columns.entries()) {
            const [sink, vector] = [sinks[j]!, chunk.getColumnVector(j)];
            for (let i = start; i < end; i++) addTyped(sink, kind, vector.getItem(i), i - start);
          }
          yield end - start;
          start = end;
        }
        seen += chunk.rowCount;
      }
    },
  };
}
