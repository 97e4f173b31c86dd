/** Ends of the interval are integers of 48 bits: exact in float64, with the 49th bit that a carry takes. */
export const TOP = 2 ** 48;
/** The interval is never narrower: up to 2³¹ parts then differ from equal ones by at most a 2⁻⁹th. */
export const BOTTOM = 2 ** 40;
export const BYTE = 256;

/** Writes a message as a number in an interval that each symbol narrows to its part. */
export interface RangeEncoder {
  /**
   * Narrows the interval to its parts from `start` to `start + size − 1` of `total`: a symbol of probability size / total
   * takes log2(total / size) bits.
   */
  encode(start: number, size: number, total: number): void;
  /** The bytes of the message. */
  finish(): Uint8Array;
}

/**
 * Range coding (Martin 1979, "Range encoding: an algorithm for removing redundancy from a digitised message"): arithmetic
 * coding of whole bytes, whose carries are added to the bytes already written. `total` is at most 2³¹.
 */
export function createRangeEncoder(): RangeEncoder {
  let bytes = new Uint8Array(1024);
  let length = 0;
  let low = 0;
  let range = TOP;

  function carry(): void {
    low -= TOP;
    let at = length - 1;
    while (bytes[at] === BYTE - 1) bytes[at--] = 0;
    bytes[at]!++;
  }

  function push(byte: number): void {
    if (length === bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(bytes);
      bytes = larger;
    }
    bytes[length++] = byte;
  }

  function shift(): void {
    const byte = Math.floor(low / BOTTOM);
    push(byte);
    low = (low - byte * BOTTOM) * BYTE;
    range *= BYTE;
  }

  return {
    encode(start, size, total) {
      const part = Math.floor(range / total);
      low += start * part;
      range = size * part;
      if (low >= TOP) carry();
      while (range < BOTTOM) shift();
    },
    finish() {
      // The interval holds a multiple of BOTTOM, whose lower bytes are zeros; past its end the decoder reads zeros.
      low = Math.ceil(low / BOTTOM) * BOTTOM;
      if (low >= TOP) carry();
      shift();
      return bytes.slice(0, length);
    },
  };
}
