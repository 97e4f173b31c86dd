import { InputError } from '@unbraid/checks';
import type { TextEncoding } from '../options.ts';

const LABELS = { 'utf-8': 'utf-8', 'utf-16le': 'utf-16le', 'utf-16be': 'utf-16be', latin1: 'windows-1252' } as const;

/**
 * The text of bytes, piece by piece, without its byte-order mark.
 *
 * @throws {InputError} `file`, with the line, where the bytes are no text of that encoding, or hold NUL, which no table does.
 */
export async function* decodedText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: TextEncoding | undefined,
  name: string,
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let line = 1;
  const decode = (piece: Uint8Array | undefined): string => {
    let text: string;
    try {
      text = decoder!.decode(piece, { stream: piece !== undefined });
    } catch (cause) {
      throw notText(piece, encoding, line, name, cause);
    }
    const nul = text.indexOf('\0');
    if (nul >= 0) throw nulFound(line + countLines(text, nul), encoding, name);
    line += countLines(text, text.length);
    return text;
  };
  for await (const piece of bytes) {
    decoder ??= new TextDecoder(LABELS[encoding ?? encodingOf(piece)], { fatal: true });
    yield decode(piece);
  }
  if (decoder) yield decode(undefined);
}

/** By the byte-order mark, which Excel's "Unicode text" has; UTF-8 where there is none. */
function encodingOf(bytes: Uint8Array): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** Line feeds before a place in a text. */
export function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function notText(
  piece: Uint8Array | undefined,
  encoding: TextEncoding | undefined,
  line: number,
  name: string,
  cause: unknown,
): InputError {
  const lenient = new TextDecoder(LABELS[encoding ?? 'utf-8']).decode(piece ?? new Uint8Array());
  const at = lenient.indexOf('\ufffd');
  const where = `line ${line + countLines(lenient, at < 0 ? lenient.length : at)}`;
  const advice =
    encoding === undefined
      ? 'set encoding: "latin1" if it comes from Windows, save it as "CSV UTF-8", or convert it (iconv -t UTF-8)'
      : 'set the encoding that it has';
  return new InputError(
    'file',
    `table: ${name} is not text in ${(encoding ?? 'utf-8').toUpperCase()} (${where}); ${advice}`,
    { cause },
  );
}

function nulFound(line: number, encoding: TextEncoding | undefined, name: string): InputError {
  const advice = encoding
    ? 'it is damaged or no text'
    : 'it is no text, damaged, or in UTF-16 (set encoding: "utf-16le")';
  return new InputError('file', `table: ${name} holds a NUL byte in line ${line}; ${advice}`);
}
