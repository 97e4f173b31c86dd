import { InternalError } from '@unbraid/checks';

/**
 * Writes protocol buffers: as much of their wire format as ONNX needs (https://protobuf.dev/programming-guides/encoding/). Every method adds a
 * field of the message at hand.
 */
export interface WireWriter {
  /** An integer of 32 or 64 bits, or an enumeration's value. @throws InternalError for a number that is no safe integer, or of more than 64 bits */
  integer(field: number, value: number | bigint): void;
  /** A number of 32 bits. @throws InternalError for a finite number that is out of their range */
  float(field: number, value: number): void;
  bytes(field: number, value: Uint8Array): void;
  text(field: number, value: string): void;
  /** A message, whose fields `write` adds. */
  message(field: number, write: () => void): void;
  /** All that was written. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** Kinds of values on the wire. */
const VARINT = 0;
const DELIMITED = 2;
const BITS32 = 5;
/** Most bytes of an integer: 64 bits, 7 a byte. */
const LONGEST = 10;
/** Largest finite number of 32 bits. */
const MOST_FLOAT = 3.4028234663852886e38;

const encoder = new TextEncoder();

/** A writer of one message, which grows as it needs. */
export function wireWriter(): WireWriter {
  let bytes = new Uint8Array(1024);
  let end = 0;

  const reserve = (more: number): void => {
    if (end + more <= bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * bytes.length, end + more));
    larger.set(bytes.subarray(0, end));
    bytes = larger;
  };
  const varint = (value: number): void => {
    reserve(LONGEST);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) | 128;
    bytes[end++] = rest;
  };
  /** Two's complement in 64 bits. */
  const long = (value: bigint): void => {
    reserve(LONGEST);
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) bytes[end++] = Number(rest & 127n) | 128;
    bytes[end++] = Number(rest);
  };
  const tag = (field: number, kind: number) => varint(field * 8 + kind);
  /** What `write` writes, with its length before it, which one byte is left for at first. */
  const delimited = (field: number, write: () => void): void => {
    tag(field, DELIMITED);
    const start = end;
    // For the whole length: making room once `end` is set back would lose what is behind it.
    reserve(LONGEST);
    end++;
    write();
    const length = end - start - 1;
    const prefix = Math.max(1, Math.ceil(Math.log2(length + 1) / 7));
    if (prefix > 1) {
      reserve(prefix - 1);
      bytes.copyWithin(start + prefix, start + 1, end);
    }
    end = start;
    varint(length);
    end += length;
  };
  return {
    integer(field, value) {
      if (typeof value === 'bigint' ? BigInt.asIntN(64, value) !== value : !Number.isSafeInteger(value))
        throw new InternalError(`graph: ${value} is no integer that ONNX can hold`);
      tag(field, VARINT);
      if (typeof value === 'bigint' || value < 0) long(BigInt(value));
      else varint(value);
    },
    float(field, value) {
      if (Number.isFinite(value) && Math.abs(value) > MOST_FLOAT)
        throw new InternalError(`graph: ${value} is out of the range of a number of 32 bits`);
      tag(field, BITS32);
      reserve(4);
      new DataView(bytes.buffer).setFloat32(end, value, true);
      end += 4;
    },
    bytes(field, value) {
      tag(field, DELIMITED);
      varint(value.length);
      reserve(value.length);
      bytes.set(value, end);
      end += value.length;
    },
    text: (field, value) =>
      delimited(field, () => {
        reserve(3 * value.length);
        end += encoder.encodeInto(value, bytes.subarray(end)).written;
      }),
    message: delimited,
    finish: () => bytes.slice(0, end),
  };
}
