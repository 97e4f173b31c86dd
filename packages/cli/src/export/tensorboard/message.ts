/** Writes one message of protocol buffers (https://protobuf.dev/programming-guides/encoding/), as far as event files need it. */
export interface Message {
  integer(field: number, value: number): Message;
  double(field: number, value: number): Message;
  float(field: number, value: number): Message;
  text(field: number, value: string): Message;
  bytes(field: number, value: Uint8Array): Message;
  message(field: number, value: Message): Message;
  boolean(field: number, value: boolean): Message;
  /** What was written: a view that is valid until the next field. */
  done(): Uint8Array;
}

const [VARINT, BITS64, DELIMITED, BITS32] = [0, 1, 2, 5];
const encoder = new TextEncoder();

export function createMessage(): Message {
  let bytes = new Uint8Array(64);
  let view = new DataView(bytes.buffer);
  let end = 0;

  function reserve(more: number): void {
    if (end + more <= bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * bytes.length, end + more));
    larger.set(bytes.subarray(0, end));
    bytes = larger;
    view = new DataView(bytes.buffer);
  }

  /** Of a whole number from 0 to 2^53. */
  function varint(value: number): void {
    reserve(8);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) | 128;
    bytes[end++] = rest;
  }

  const message: Message = {
    integer(field, value) {
      varint(8 * field + VARINT);
      varint(value);
      return message;
    },
    double(field, value) {
      varint(8 * field + BITS64);
      reserve(8);
      view.setFloat64(end, value, true);
      end += 8;
      return message;
    },
    float(field, value) {
      varint(8 * field + BITS32);
      reserve(4);
      view.setFloat32(end, value, true);
      end += 4;
      return message;
    },
    bytes(field, value) {
      varint(8 * field + DELIMITED);
      varint(value.length);
      reserve(value.length);
      bytes.set(value, end);
      end += value.length;
      return message;
    },
    text: (field, value) => message.bytes(field, encoder.encode(value)),
    message: (field, value) => message.bytes(field, value.done()),
    boolean: (field, value) => message.integer(field, Number(value)),
    done: () => bytes.subarray(0, end),
  };
  return message;
}
