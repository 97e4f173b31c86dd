import { InputError } from '@unbraid/checks';
import { bytesOf, crc32 } from './crc32.ts';
import { contentsOf, type Header, parseHeader } from './header.ts';

/*
 * A permutation checkpoint, little-endian: the magic, then three words (format version, bytes of the file, bytes of the
 * header), the header as JSON in UTF-8, the values of parameters that are not permuted as float32, the coded
 * arrangements, and the CRC-32 of all that.
 */
const MAGIC = new TextEncoder().encode('unbraidP');
const VERSION = 2;
/** Files of version 1 name no original, and no parameters that are as at first. */
const OLDEST = 1;
const HEADER_AT = MAGIC.length + 12;
const CRC_BYTES = 4;

export interface Container {
  readonly header: Header;
  /** The values of parameters that are not permuted, one after the other. */
  readonly plain: Float32Array;
  /** The arrangements of all weight vectors, one message. */
  readonly coded: Uint8Array;
}

export function pack({ header, plain, coded }: Container): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const plainAt = HEADER_AT + json.length;
  const codedAt = plainAt + plain.byteLength;
  const crcAt = codedAt + coded.length;
  const bytes = new Uint8Array(crcAt + CRC_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  for (const [i, word] of [VERSION, bytes.length, json.length].entries())
    view.setUint32(MAGIC.length + 4 * i, word, true);
  bytes.set(json, HEADER_AT);
  bytes.set(bytesOf(plain), plainAt);
  bytes.set(coded, codedAt);
  view.setUint32(crcAt, crc32(bytes.subarray(0, crcAt)), true);
  return bytes;
}

/** @throws {InputError} in one line, for bytes that are something else, of a later format, cut off or changed */
export function unpack(name: string, bytes: Uint8Array): Container {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new InputError('file', `laperm: ${name} is not a permutation checkpoint; it begins with other bytes`);
  }
  checkLength(name, bytes, HEADER_AT);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (i: number) => view.getUint32(MAGIC.length + 4 * i, true);
  const [version, length, jsonLength] = [word(0), word(1), word(2)];
  if (version! < OLDEST || version! > VERSION) {
    throw new InputError(
      'file',
      `laperm: ${name} has format ${version}, this version of @unbraid/laperm reads ${OLDEST} to ${VERSION}`,
    );
  }
  checkLength(name, bytes, length);
  const crcAt = bytes.length - CRC_BYTES;
  if (length !== bytes.length || view.getUint32(crcAt, true) !== crc32(bytes.subarray(0, crcAt))) {
    throw damaged(name, 'its checksum does not agree with its content');
  }
  const plainAt = HEADER_AT + jsonLength;
  if (plainAt > crcAt) throw damaged(name, 'its header is longer than the file');
  const header = parseHeader(new TextDecoder().decode(bytes.subarray(HEADER_AT, plainAt)));
  if (!header) throw damaged(name, 'its header is not one of a permutation checkpoint');
  const count = contentsOf(header).plain.reduce((sum, { size }) => sum + size, 0);
  const codedAt = plainAt + 4 * count;
  if (codedAt > crcAt) throw damaged(name, 'it has fewer values than its header says');
  const plain = new Float32Array(count);
  bytesOf(plain).set(bytes.subarray(plainAt, codedAt));
  return { header, plain, coded: bytes.subarray(codedAt, crcAt) };
}

/** What is refused of a file that begins as a permutation checkpoint. */
export const damaged = (name: string, what: string): InputError =>
  new InputError('file', `laperm: ${name} is damaged: ${what}; take another copy`);

function checkLength(name: string, { length }: Uint8Array, needed: number): void {
  if (length >= needed) return;
  throw new InputError(
    'file',
    `laperm: ${name} is cut off: it has ${length} of at least ${needed} bytes; take another copy`,
  );
}
