import { BOTTOM, BYTE, TOP } from './range-encoder.ts';

/** Reads what a `RangeEncoder` wrote, symbol by symbol. */
export interface RangeDecoder {
  /** Which of `total` parts of the interval the message is in: it lies in those of the next symbol. */
  part(total: number): number;
  /** Narrows the interval as the encoder did, after `part` with the same `total`. */
  narrow(start: number, size: number): void;
}

export function createRangeDecoder(bytes: Uint8Array): RangeDecoder {
  let at = 0;
  /** The message from the interval's lower end, as far as it is read. */
  let offset = 0;
  let range = TOP;
  let part = 0;
  const shift = () => {
    offset = offset * BYTE + (bytes[at++] ?? 0);
  };
  for (let width = 1; width < TOP; width *= BYTE) shift();
  return {
    part(total) {
      part = Math.floor(range / total);
      // Bytes that no encoder wrote may lie past the last part.
      return Math.min(Math.floor(offset / part), total - 1);
    },
    narrow(start, size) {
      offset -= start * part;
      range = size * part;
      while (range < BOTTOM) {
        shift();
        range *= BYTE;
      }
    },
  };
}
