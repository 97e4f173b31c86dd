import { InputError } from '@unbraid/checks';
import { parseCsv, utf8Text } from '#platform';
import { separatorHint } from './table-hint.ts';

/** A line of a table, cut into its entries. */
export interface Line {
  /** Its number in the file, from 1. */
  readonly number: number;
  readonly entries: readonly string[];
}

/**
 * Gives the lines of comma-separated text (RFC 4180; blank lines and blanks around entries are ignored) one by one, so that only
 * what is made of them is kept.
 *
 * @param take gets each line; all have as many entries as the first.
 * @throws {InputError} `file`, where a quote is not closed, lines differ in length, or the bytes are not UTF-8 text.
 */
export function eachLine(bytes: Uint8Array, delimiter: string, name: string, take: (line: Line) => void): void {
  let first: Line | undefined;
  try {
    parseCsv(encoded(bytes, name), {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true, // Lines of differing length get our own message, which names the table.
      delimiter: delimiter === ' ' ? [' '] : delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      ltrim: delimiter !== '\t',
      rtrim: delimiter !== '\t' && delimiter !== ' ',
      on_record: (record: string[], { lines }) => {
        const line = {
          number: lines,
          entries: delimiter === ' ' ? record.filter((entry) => entry !== '') : record.map(trim),
        };
        first ??= checkedWidth(line, name);
        if (line.entries.length !== first.entries.length) throw raggedError(bytes, delimiter, name, first, line);
        take(line);
        return null;
      },
    });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message.split(/: | at line|, value/, 1)[0] : String(cause);
    const place = lineOf(cause);
    throw new InputError('file', `data: ${name} cannot be read: ${reason}${place}; see to the quotes there`, { cause });
  }
}

/** More columns than any table has that is not lying on its side, or no table at all. */
const MAX_COLUMNS = 2 ** 18;

function checkedWidth(line: Line, name: string): Line {
  if (line.entries.length <= MAX_COLUMNS) return line;
  throw new InputError(
    'limit',
    `data: ${name} has ${line.entries.length} columns, more than ${MAX_COLUMNS}; turn it if rows and columns are exchanged`,
  );
}

function trim(entry: string): string {
  return entry.trim();
}

function raggedError(bytes: Uint8Array, delimiter: string, name: string, first: Line, line: Line): InputError {
  const hint = separatorHint(bytes, delimiter);
  return new InputError(
    'file',
    `data: line ${line.number} of ${name} has ${line.entries.length} entries, line ${first.number} has ${first.entries.length}${hint ? `; ${hint}` : ''}`,
  );
}

/** Where csv-parse was when it gave up. */
function lineOf(cause: unknown): string {
  const lines = cause instanceof Error && 'lines' in cause ? cause.lines : undefined;
  return typeof lines === 'number' ? ` (line ${lines})` : '';
}

/** Text as UTF-8; Excel's "Unicode text" is UTF-16 and says so by its first bytes. */
function encoded(bytes: Uint8Array, name: string): Uint8Array | string {
  const order = utf16Order(bytes);
  if (order) return new TextDecoder(order).decode(bytes);
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  throw new InputError(
    'file',
    `data: ${name} is not text in UTF-8; save it as "CSV UTF-8", or convert it (iconv -t UTF-8)`,
  );
}

function utf16Order(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}
