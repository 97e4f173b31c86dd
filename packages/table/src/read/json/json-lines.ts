import { InputError, showValue } from '@unbraid/checks';
import { withLargeIntegers } from './large-integers.ts';

/** A row as its object says it. */
export type JsonRow = Readonly<Record<string, unknown>>;

export interface JsonPiece {
  readonly rows: readonly JsonRow[];
  /** The line of each row, from 1. */
  readonly lines: readonly number[];
}

/** Characters of a line, beyond which it is no row. */
const MOST_CHARACTERS = 2 ** 25;

/**
 * The rows of JSON lines: an object a line; or of one JSON array of objects, which is read whole.
 *
 * @param texts with a line feed at each line's end
 * @throws {InputError} `file`, with the line, for what is no JSON or no object; `limit` for lines of more than 2²⁵ characters
 */
export async function* jsonPieces(texts: AsyncIterable<string>, name: string): AsyncGenerator<JsonPiece> {
  let rest = '';
  let line = 1;
  let isArray: boolean | undefined;
  for await (const text of texts) {
    rest += text;
    // Looked for in the piece that came: a search in what was put together copies all of it each time. Those before had blanks alone.
    isArray ??= /\S/.exec(text)?.[0].startsWith('[');
    const last = isArray ? -1 : text.lastIndexOf('\n');
    if (last < 0) {
      if (rest.length > (isArray ? MOST_WHOLE : MOST_CHARACTERS)) throw tooLong(line, isArray === true, name);
      continue;
    }
    const end = rest.length - text.length + last;
    const piece = rowsOfLines(rest.slice(0, end), line, name);
    line = piece.next;
    rest = rest.slice(end + 1);
    yield piece;
  }
  if (isArray) yield rowsOfArray(rest, name);
  else if (rest !== '') yield rowsOfLines(rest, line, name);
}

/** Characters of an array that is read whole: about as many as a text may have in every engine. */
const MOST_WHOLE = 2 ** 28;

function tooLong(line: number, isArray: boolean, name: string): InputError {
  const fault = isArray
    ? `is one JSON array of more than ${MOST_WHOLE} characters; write it as JSON lines, an object a line`
    : `has more than ${MOST_CHARACTERS} characters in line ${line}; JSON lines have an object a line`;
  return new InputError('limit', `table: ${name} ${fault}`);
}

function rowsOfLines(text: string, firstLine: number, name: string): JsonPiece & { readonly next: number } {
  const rows: JsonRow[] = [];
  const lines: number[] = [];
  let line = firstLine;
  for (const each of text.split('\n')) {
    if (each.trim() !== '') {
      rows.push(objectOf(parsed(each, `line ${line} of ${name}`), `line ${line} of ${name}`));
      lines.push(line);
    }
    line++;
  }
  return { rows, lines, next: line };
}

function rowsOfArray(text: string, name: string): JsonPiece {
  const all = parsed(text, name);
  if (!Array.isArray(all)) throw new InputError('file', `table: ${name} is no JSON array of objects`);
  const rows = all.map((row: unknown, i) => objectOf(row, `row ${i + 1} of ${name}`));
  return { rows, lines: rows.map((_, i) => i + 1) };
}

function parsed(json: string, where: string): unknown {
  try {
    return JSON.parse(withLargeIntegers(json) ?? json);
  } catch (cause) {
    throw new InputError(
      'file',
      `table: ${where} is no JSON (it begins ${showValue(json.trimStart())}); mend it, or set format`,
      {
        cause,
      },
    );
  }
}

function objectOf(value: unknown, where: string): JsonRow {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonRow;
  throw new InputError(
    'file',
    `table: ${where} is ${showValue(value)}; an object with an entry for each column is needed`,
  );
}
