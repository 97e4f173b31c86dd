import { InputError } from '@unbraid/checks';
import Papa from 'papaparse';
import { countLines } from '../text/decode.ts';

/** Records that were read together, and where they stand. */
export interface CsvPiece {
  readonly records: readonly (readonly string[])[];
  /** The line in which a record begins, from 1. */
  lineOf(record: number): number;
}

/** Characters of a record, beyond which a quote was forgotten, or it is no table. */
export const MOST_CHARACTERS = 2 ** 25;

interface Parsed {
  readonly data: string[][];
  readonly errors: readonly { readonly code: string; readonly row: number }[];
  readonly meta: { readonly cursor: number };
}

/** What Papa Parse makes of a text whose lines end in line feeds; the last record is left out where more text is to come. */
export function parseRecords(text: string, delimiter: string, isLast: boolean, preview = 0): Parsed {
  return new Papa.Parser({ delimiter, newline: '\n', preview }).parse(text, 0, !isLast) as Parsed;
}

/**
 * The records of comma-separated text (RFC 4180), some thousand at a time; a blank line is a record of one empty entry.
 *
 * @param texts with a line feed at each line's end
 * @throws {InputError} `file`, with the line, where quotes don't end as they should; `limit` for records of more than 2²⁵ characters.
 */
export async function* csvPieces(
  texts: AsyncIterable<string>,
  delimiter: string,
  name: string,
): AsyncGenerator<CsvPiece> {
  let rest = '';
  let line = 1;
  let unfinished = 0;
  const parse = (isLast: boolean): CsvPiece => {
    const { data, errors, meta } = parseRecords(rest, delimiter, isLast);
    const firstLine = line;
    const lineOf = (record: number) => firstLine + data.slice(0, record).reduce((sum, each) => sum + linesOf(each), 0);
    // What is wrong with a record that isn't finished may be mended by what follows.
    const wrong = errors.find(({ row }) => isLast || row < data.length);
    if (wrong) throw quoteError(wrong.code, lineOf(wrong.row), name);
    // A line feed ends the last line, and begins none.
    if (isLast && rest.endsWith('\n')) data.pop();
    line += countLines(rest, meta.cursor);
    rest = rest.slice(meta.cursor);
    unfinished = rest.length;
    if (!isLast && unfinished > MOST_CHARACTERS) throw tooLong(line, name);
    return { records: data, lineOf };
  };
  for await (const text of texts) {
    rest += text;
    // A record of many pieces is looked at when it has doubled, so that all takes linear time.
    if (rest.length >= 2 * unfinished || rest.length > MOST_CHARACTERS) yield parse(false);
  }
  if (rest !== '') yield parse(true);
}

/** Lines that a record takes. */
export const linesOf = (record: readonly string[]): number =>
  1 + record.reduce((sum, entry) => sum + countLines(entry, entry.length), 0);

function quoteError(code: string, line: number, name: string): InputError {
  const fault =
    code === 'MissingQuotes'
      ? 'opens a quote that is never closed'
      : 'has a quote within a quoted entry; write it twice';
  return new InputError('file', `table: line ${line} of ${name} ${fault}`);
}

export function tooLong(line: number, name: string): InputError {
  return new InputError(
    'limit',
    `table: line ${line} of ${name} has more than ${MOST_CHARACTERS} characters; is a quote in it never closed, or is it no table?`,
  );
}
