import { showValue } from '@unbraid/checks';
import type { EntryForm } from '../columns/entry.ts';
import { missingTexts } from '../columns/missing-texts.ts';
import type { ReadSettings } from '../options.ts';
import type { RawTable, Reading } from '../raw-table.ts';
import type { ByteStream } from '../source/byte-stream.ts';
import { countLines, decodedText } from '../text/decode.ts';
import { unixLines } from '../text/unix-lines.ts';
import { type CsvDialect, findDialect } from './dialect.ts';
import { type CsvPiece, csvPieces, MOST_CHARACTERS } from './records.ts';
import { csvRows } from './rows.ts';

/** Characters and lines at a file's beginning, from which it is told how it is written. */
const SAMPLE_CHARACTERS = 2 ** 16;
const SAMPLE_LINES = 4;

/** A CSV file as a table; only its beginning is read. @throws as `findDialect` */
export async function openCsv(
  stream: ByteStream,
  settings: ReadSettings,
): Promise<RawTable & { readonly dialect: CsvDialect }> {
  const { name } = stream;
  const texts = () => unixLines(decodedText(stream.open(), settings.encoding, name));
  // An empty entry is a missing one, whatever else is.
  const missing = missingTexts(settings.missingTexts && [...settings.missingTexts, '']);
  const { sample, isWhole } = await sampleOf(texts());
  const dialect = findDialect(sample, isWhole, settings, missing, name);
  const form: EntryForm = { decimal: dialect.decimal, missing, texts: 'anything' };
  return {
    name,
    dialect,
    columns: dialect.columns,
    form,
    emptyKind: () => 'number',
    begin: (columns) =>
      beginCsv(csvRows(csvPieces(texts(), dialect.delimiter, name), dialect, name), columns, dialect.columns, name),
  };
}

async function sampleOf(texts: AsyncIterable<string>): Promise<{ sample: string; isWhole: boolean }> {
  let sample = '';
  let lines = 0;
  for await (const text of texts) {
    sample += text;
    // Counted piece by piece: a search in what was put together copies all of it each time.
    lines += countLines(text, text.length);
    if (sample.length >= SAMPLE_CHARACTERS && lines >= SAMPLE_LINES) return { sample, isWhole: false };
    if (sample.length > MOST_CHARACTERS) return { sample, isWhole: false };
  }
  return { sample, isWhole: true };
}

function beginCsv(
  pieces: AsyncIterable<CsvPiece>,
  columns: readonly string[],
  all: readonly string[],
  name: string,
): Reading {
  const numbers = new Map(all.map((column, j) => [column, j]));
  const places = columns.map((column) => numbers.get(column)!);
  let lineOf: (row: number) => number = () => 0;
  return {
    place: (column) => (row) => `line ${lineOf(row)}, column ${showValue(column)} of ${name}`,
    async *pieces(sinks, room) {
      for await (const piece of pieces) {
        for (let start = 0; start < piece.records.length; ) {
          const from = start;
          const end = Math.min(piece.records.length, from + room());
          lineOf = (row) => piece.lineOf(from + row);
          for (const [k, sink] of sinks.entries()) {
            const j = places[k]!;
            for (let i = from; i < end; i++) sink.addText(piece.records[i]![j]!, i - from);
          }
          start = end;
          yield end - from;
        }
      }
    },
  };
}
