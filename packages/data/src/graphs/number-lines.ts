import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InputError, showValue } from '@unbraid/checks';
import { createGrowing } from '../growing.ts';
import { MAX_UNPACKED_BYTES } from '../gunzip.ts';
import type { ZipMember } from '../zip-members.ts';

/** Lines of numbers, one after another. */
export interface NumberLines<A extends Float32Array | Int32Array> {
  readonly values: A;
  readonly rows: number;
  /** Numbers in each line. */
  readonly cols: number;
}

interface Expected<A> {
  readonly create: (length: number) => A;
  /** What a number has to be: a whole one from 0 to 2³¹ − 1, or any finite float32. */
  readonly whole: boolean;
  /** Rows that there must be. */
  readonly rows?: number;
  /** Numbers of a line; as many as the first has unless given. */
  readonly cols?: number;
  /** Numbers in all, at most; what `MAX_UNPACKED_BYTES` hold unless given. */
  readonly most?: number;
}

/** The longest text of a number that is read, in bytes. */
const LONGEST = 64;

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

const WHOLE = /^\d{1,10}$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The numbers of a gzipped CSV file without header, as it is unpacked: neither the text nor the unpacked bytes are ever in memory as a whole.
 *
 * @param place how errors name the file
 * @throws InputError `file`, that names the line at fault; `limit` for more numbers than are expected
 */
export async function numberLines<A extends Float32Array | Int32Array>(
  member: ZipMember,
  place: string,
  expected: Expected<A>,
): Promise<NumberLines<A>> {
  const values = createGrowing(expected.create);
  let [rows, col, cols] = [0, 0, expected.cols ?? 0];
  let token = '';
  const { most = MAX_UNPACKED_BYTES / 4 } = expected;
  let count = 0;
  const fault = (what: string) => new InputError('file', `data: line ${rows + 1} of ${place} ${what}`);
  const endNumber = () => {
    if (++count > most)
      throw new InputError(
        'limit',
        `data: ${place} has more than ${most} numbers, which are all that is expected of it`,
      );
    values.push(parse(token, expected.whole, fault));
    token = '';
    col++;
  };
  const endLine = () => {
    // A blank line is none.
    if (col === 0 && token === '') return;
    endNumber();
    cols ||= col;
    if (col !== cols) throw fault(`has ${col} numbers where ${cols} are expected`);
    if (++rows > (expected.rows ?? Number.POSITIVE_INFINITY))
      throw new InputError('file', `data: ${place} has more than the ${expected.rows} lines that there should be`);
    col = 0;
  };
  for await (const text of texts(member, place)) {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== COMMA && code !== NEWLINE && code !== RETURN) continue;
      token += text.slice(from, at);
      from = at + 1;
      if (code === COMMA) endNumber();
      else if (code === NEWLINE) endLine();
    }
    token += text.slice(from);
    if (token.length > LONGEST) throw fault(`has ${showValue(token.slice(0, LONGEST))}… for a number`);
  }
  endLine();
  if (expected.rows !== undefined && rows !== expected.rows)
    throw new InputError('file', `data: ${place} has ${rows} lines; ${expected.rows} are expected`);
  return { values: values.finish(), rows, cols };
}

function parse(token: string, whole: boolean, fault: (what: string) => InputError): number {
  const text = token.trim();
  const matches = text.length <= LONGEST && (whole ? WHOLE : DECIMAL).test(text);
  const value = matches ? Number(text) : Number.NaN;
  if (whole ? value < 2 ** 31 : Number.isFinite(Math.fround(value))) return value;
  throw fault(
    `has ${showValue(text.slice(0, LONGEST))}; ${whole ? 'a whole number from 0' : 'a finite number'} is needed`,
  );
}

/** What a gzipped member unpacks to, piece by piece, a character a byte. */
async function* texts(member: ZipMember, place: string): AsyncGenerator<string> {
  const unpack = createGunzip();
  const fed = pipeline(Readable.from(member.chunks()), unpack);
  // Where nobody reads to the end, that is no fault.
  fed.catch(() => {});
  try {
    for await (const piece of unpack as AsyncIterable<Buffer>) yield piece.toString('latin1');
    await fed;
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError('file', `data: ${place} is a damaged or truncated gzip file (${reason})`, { cause });
  } finally {
    unpack.destroy();
    await Promise.allSettled([fed]);
  }
}
