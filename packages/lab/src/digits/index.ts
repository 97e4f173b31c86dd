import { createMatrix, type Matrix } from '@unbraid/data';
import { labels, pixels, TRAINING } from './data.ts';

/** Images are SIDE × SIDE pixels, in [0, 1]. */
export const SIDE = 8;

/** Images and what they show. */
export interface Digits {
  readonly x: Matrix;
  readonly y: Int32Array;
}

/** The handwritten digits of the lab's demo: 1,000 to train on and 500 to test on; training and test images are by different people. */
export function loadDigits(): { readonly training: Digits; readonly test: Digits } {
  const bytes = Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0));
  const size = SIDE * SIDE;
  const part = (from: number, to: number): Digits => {
    const data = new Float32Array((to - from) * size);
    for (let i = 0; i < data.length; i++) {
      const at = from * size + i;
      data[i] = ((bytes[at >> 1]! >> (at % 2 === 0 ? 4 : 0)) & 15) / 15;
    }
    return { x: createMatrix(to - from, size, data), y: Int32Array.from(labels.slice(from, to), Number) };
  };
  return { training: part(0, TRAINING), test: part(TRAINING, labels.length) };
}
