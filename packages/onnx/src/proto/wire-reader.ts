import { InputError } from '@unbraid/checks';

/**
 * Reads protocol buffers (https://protobuf.dev/programming-guides/encoding/): as much of their wire format as ONNX needs. Nothing is copied but
 * texts and numbers. Each method reads the value of the field at hand; a field that none reads is skipped.
 */
export interface WireReader {
  /** A message, `visit` called for each of its fields in turn. */
  message(visit: (field: number) => void): void;
  /** An integer of 64 bits with sign, the nearest number that there is. */
  integer(): number;
  /** A number of 32 bits. */
  float(): number;
  /** A view of the file. */
  bytes(): Uint8Array;
  text(): string;
  /** Adds integers, one or many in a row. */
  integers(to: number[]): void;
  /** Adds numbers of 32 bits, one or many in a row. */
  floats(to: number[]): void;
  /** Adds numbers of 64 bits, one or many in a row. */
  doubles(to: number[]): void;
  /** Whether the field at hand has a length, and so is a text, a message or a row of numbers. */
  isDelimited(): boolean;
}

const VARINT = 0;
const BITS64 = 1;
const DELIMITED = 2;
const BITS32 = 5;
/** Messages in one another: those of a model with graphs in graphs are some ten a graph. */
const DEPTH = 400;
/** The largest number below 2⁶³. */
export const MOST_INTEGER = 2 ** 63 - 1024;

const decoder = new TextDecoder();
/** Texts up to this length are put together letter by letter, which is faster. */
const SHORT = 64;

/**
 * Reads the message that `bytes` are.
 * @param name of the file, for messages
 * @throws {InputError} `file`, in one line that names file and place, for bytes that are no such message
 */
export function readMessage(bytes: Uint8Array, name: string, visit: (reader: WireReader, field: number) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let end = bytes.length;
  let kind = 0;
  let depth = 0;
  /** Whether the value of the field at hand is still to be read. */
  let open = false;

  const damaged = (what: string): InputError =>
    new InputError('file', `onnx: ${name} is not an ONNX file, or is damaged: ${what} at byte ${at}`);
  const need = (count: number): void => {
    if (count > end - at) throw damaged(`it ends ${count - (end - at)} bytes too early`);
  };
  const take = (wanted: number): void => {
    if (kind !== wanted) throw damaged(`a field is of the kind ${kind} and not ${wanted}`);
    open = false;
  };
  const varint = (): number => {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      need(1);
      const byte = bytes[at++]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 128) return high === 0 ? low >>> 0 : Math.min(high * 2 ** 32 + (low >>> 0), MOST_INTEGER);
    }
    throw damaged('a number has no end');
  };
  const length = (): number => {
    const count = varint();
    if (count < 0) throw damaged('a length is below 0');
    need(count);
    return count;
  };
  const skip = (): void => {
    open = false;
    if (kind === VARINT) varint();
    else if (kind === DELIMITED) {
      // Not `at += length()`, which reads `at` before the length moves it.
      const count = length();
      at += count;
    } else if (kind === BITS32 || kind === BITS64) {
      need(kind === BITS32 ? 4 : 8);
      at += kind === BITS32 ? 4 : 8;
    } else throw damaged(`a field is of the kind ${kind}, which there isn't`);
  };
  const within = (until: number, visitField: (field: number) => void): void => {
    const outer = end;
    end = until;
    while (at < end) {
      const tag = varint();
      kind = tag % 8;
      open = true;
      visitField(Math.floor(tag / 8));
      if (open) skip();
    }
    end = outer;
  };
  /** One value, or as many as the bytes of a packed field hold. */
  const many = (single: number, size: number, one: () => void): void => {
    if (kind !== DELIMITED) {
      take(single);
      need(Math.max(size, 1));
      one();
      return;
    }
    open = false;
    const count = length();
    if (size > 0 && count % size !== 0) throw damaged(`a row of numbers has ${count} bytes`);
    const outer = end;
    end = at + count;
    while (at < end) one();
    end = outer;
  };
  const reader: WireReader = {
    message(visitField) {
      take(DELIMITED);
      if (++depth > DEPTH)
        throw new InputError('limit', `onnx: ${name} has more than ${DEPTH} messages in one another`);
      const count = length();
      within(at + count, visitField);
      depth--;
    },
    integer() {
      take(VARINT);
      return varint();
    },
    float() {
      take(BITS32);
      need(4);
      at += 4;
      return view.getFloat32(at - 4, true);
    },
    bytes() {
      take(DELIMITED);
      const count = length();
      at += count;
      return bytes.subarray(at - count, at);
    },
    text: () => textOf(reader.bytes()),
    integers: (to) => many(VARINT, 0, () => void to.push(varint())),
    floats: (to) =>
      many(BITS32, 4, () => {
        to.push(view.getFloat32(at, true));
        at += 4;
      }),
    doubles: (to) =>
      many(BITS64, 8, () => {
        to.push(view.getFloat64(at, true));
        at += 8;
      }),
    isDelimited: () => kind === DELIMITED,
  };
  within(end, (field) => visit(reader, field));
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > SHORT) return decoder.decode(bytes);
  let text = '';
  for (const byte of bytes) {
    if (byte > 127) return decoder.decode(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}
