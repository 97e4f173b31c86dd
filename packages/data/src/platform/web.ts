import { Unzlib } from 'fflate';
import { joined } from '../joined.ts';

export { parse as parseCsv } from 'csv-parse/browser/esm/sync';

/** What `parseCsv` takes of bytes in UTF-8; undefined where they aren't. */
export function utf8Text(bytes: Uint8Array): Uint8Array | string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** As many arguments as a call takes anywhere. */
const PIECE = 8192;

/** A character for each byte, and back; the platform's own latin1 is Windows' code page. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}
export const latin1Bytes = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

/** What the beginning of a zlib stream unpacks to. @throws {Error} for other bytes */
export const inflateBeginning = (beginning: Uint8Array): Uint8Array => joined(pieces(beginning, false, Infinity)!);

/** What a zlib stream unpacks to; undefined where that is more than `most` bytes, of which no more are kept. @throws {Error} for damage */
export function inflate(bytes: Uint8Array, most: number): Uint8Array | undefined {
  const found = pieces(bytes, true, most);
  return found && joined(found);
}

/** Bytes that are unpacked at a time: a thousand times as many come out at most. */
const STEP = 2 ** 16;

function pieces(bytes: Uint8Array, whole: boolean, most: number): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  let size = 0;
  const stream = new Unzlib((piece) => {
    found.push(piece);
    size += piece.length;
  });
  for (let at = 0; at === 0 || at < bytes.length; at += STEP) {
    stream.push(bytes.subarray(at, at + STEP), whole && at + STEP >= bytes.length);
    if (size > most) return undefined;
  }
  return found;
}
