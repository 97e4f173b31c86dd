import { InputError, showValue } from '@unbraid/checks';
import type { EntryForm } from '../columns/entry.ts';
import { missingTexts } from '../columns/missing-texts.ts';
import type { ReadSettings } from '../options.ts';
import type { RawTable, Reading } from '../raw-table.ts';
import type { ByteStream } from '../source/byte-stream.ts';
import { decodedText } from '../text/decode.ts';
import { unixLines } from '../text/unix-lines.ts';
import { addJson } from './add-json.ts';
import { type JsonPiece, jsonPieces } from './json-lines.ts';

/** More columns than any table has. */
const MOST_COLUMNS = 2 ** 18;

/** JSON lines as a table. Its columns are all names in it, which takes a pass unless the settings name columns. */
export async function openJson(stream: ByteStream, settings: ReadSettings): Promise<RawTable> {
  const { name } = stream;
  const pieces = () => jsonPieces(unixLines(decodedText(stream.open(), settings.encoding, name)), name);
  const form: EntryForm = { decimal: '.', missing: missingTexts(settings.missingTexts, []), texts: 'dates' };
  return {
    name,
    form,
    columns: settings.columns ?? (await namesIn(pieces(), settings.signal, name)),
    emptyKind: () => 'number',
    begin: (columns) => beginJson(pieces(), columns, name),
  };
}

async function namesIn(
  pieces: AsyncIterable<JsonPiece>,
  signal: AbortSignal | undefined,
  name: string,
): Promise<string[]> {
  const names = new Set<string>();
  for await (const { rows } of pieces) {
    signal?.throwIfAborted();
    for (const row of rows) for (const key of Object.keys(row)) names.add(key);
    if (names.size > MOST_COLUMNS) {
      throw new InputError('limit', `table: ${name} has more than ${MOST_COLUMNS} columns; name those to read`);
    }
  }
  if (names.size === 0) throw new InputError('file', `table: ${name} has no rows`);
  return [...names];
}

function beginJson(pieces: AsyncIterable<JsonPiece>, columns: readonly string[], name: string): Reading {
  let lineOf: (row: number) => number = () => 0;
  const place = (column: string) => (row: number) => `line ${lineOf(row)}, column ${showValue(column)} of ${name}`;
  const places = columns.map(place);
  return {
    place,
    async *pieces(sinks, room) {
      const isSeen = columns.map(() => false);
      for await (const { rows, lines } of pieces) {
        for (let start = 0; start < rows.length; ) {
          const from = start;
          const end = Math.min(rows.length, from + room());
          lineOf = (row) => lines[from + row]!;
          for (const [j, column] of columns.entries()) {
            for (let i = from; i < end; i++) {
              const row = rows[i]!;
              const isOwn = Object.hasOwn(row, column);
              isSeen[j] ||= isOwn;
              addJson(sinks[j]!, isOwn ? row[column] : undefined, i - from, places[j]!);
            }
          }
          start = end;
          yield end - from;
        }
      }
      const absent = columns[isSeen.indexOf(false)];
      if (absent !== undefined) {
        throw new InputError('setting', `table: no row of ${name} has an entry ${showValue(absent)}`);
      }
    },
  };
}
