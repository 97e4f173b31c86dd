import { type CsvDialect, entriesOf, isBlank, ragged } from './dialect.ts';
import type { CsvPiece } from './records.ts';

/**
 * The rows of records: without the header, and without blank lines, which in a table of one column are missing entries.
 *
 * @throws {InputError} `file`, with the line of a row that has more or fewer entries than there are columns
 */
export async function* csvRows(
  pieces: AsyncIterable<CsvPiece>,
  dialect: CsvDialect,
  name: string,
): AsyncGenerator<CsvPiece> {
  const { delimiter, columns } = dialect;
  const width = columns.length;
  let isHeader = dialect.hasHeader;
  let firstLine: number | undefined;
  for await (const { records, lineOf } of pieces) {
    const isWhole = delimiter !== ' ' && firstLine !== undefined && records.every(({ length }) => length === width);
    if (isWhole) {
      yield { records, lineOf };
      continue;
    }
    const kept: (readonly string[])[] = [];
    const numbers: number[] = [];
    for (const [i, record] of records.entries()) {
      const entries = entriesOf(record, delimiter);
      // Before the first record no blank line is a row, even of one column.
      if (isBlank(entries) && (width > 1 || firstLine === undefined)) continue;
      if (entries.length !== width) throw ragged(lineOf(i), entries.length, firstLine ?? lineOf(i), width, name);
      firstLine ??= lineOf(i);
      if (isHeader) {
        isHeader = false;
        continue;
      }
      kept.push(entries);
      numbers.push(i);
    }
    yield { records: kept, lineOf: (row) => lineOf(numbers[row]!) };
  }
}
