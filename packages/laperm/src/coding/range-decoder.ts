import { BOTTOM, BYTE, TOP } from './range-encoder.ts';

/** Reads what a `RangeEncoder` wrote, symbol by symbol. */
export interface RangeDecoder {
  /** Which of `total` parts of the interval the message is in: it lies in those of the next symbol. */
  part(total: number): number;
  /** Narrows the interval as the encoder did, after `part` with the same `total`. */
  narrow(start: number, size: number): void;
  /** Whether the message is, to the last byte, what an encoder writes of the symbols read so far. */
  isWhole(): boolean;
}

export function createRangeDecoder(bytes: Uint8Array): RangeDecoder {
  let at = 0;
  /** The message from the interval's lower end, as far as it is read. */
  let offset = 0;
  let range = TOP;
  let part = 0;
  /** How many bytes an encoder has written by now, and whether every part was one that it can have written. */
  let written = 0;
  let isValid = true;
  const shift = () => {
    offset = offset * BYTE + (bytes[at++] ?? 0);
  };
  for (let width = 1; width < TOP; width *= BYTE) shift();
  return {
    part(total) {
      part = Math.floor(range / total);
      const found = Math.floor(offset / part);
      // Bytes that no encoder wrote may lie past the last part.
      isValid &&= found < total;
      return Math.min(found, total - 1);
    },
    narrow(start, size) {
      offset -= start * part;
      range = size * part;
      while (range < BOTTOM) {
        shift();
        written++;
        range *= BYTE;
      }
    },
    // An encoder ends with one byte more, for the least multiple of BOTTOM in the interval.
    isWhole: () => isValid && bytes.length === written + 1 && offset >= 0 && offset < BOTTOM,
  };
}
