import type { StoredArray } from '../values.ts';

/** An array with memory of its own. `slice` doesn't give one of Node's Buffer, which is a Uint8Array too: it gives a view. */
export const copied = (array: StoredArray): StoredArray =>
  array instanceof Uint8Array ? new Uint8Array(array) : array.slice();
