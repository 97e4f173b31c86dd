/** Bits of a float32 that are looked at in a pass. */
const HALF = 16;
const BINS = 2 ** HALF;

/**
 * Marks the `count` largest of `keys`; of equal ones those that come first. Selection by radix, in two passes over the numbers' bits: its time doesn't depend
 * on their order.
 * @param keys float32, not NaN
 * @param count 1 to as many as there are
 * @param out as long as `keys`: 1 for those marked, 0 for the others
 */
export function markLargest(keys: Float32Array, count: number, out: Uint8Array): Uint8Array {
  const words = orderedWords(keys);
  const high = binOf(words, count, HALF, 0);
  const low = binOf(words, count - high.above, 0, high.bin);
  const threshold = high.bin * BINS + low.bin;
  let equal = count - high.above - low.above;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    out[i] = word > threshold || (word === threshold && equal-- > 0) ? 1 : 0;
  }
  return out;
}

/** Unsigned words in the order of the numbers: the sign bit turned, and of negative ones all bits. −0 is 0. */
function orderedWords(keys: Float32Array): Uint32Array {
  const words = new Uint32Array(keys.length);
  const numbers = new Float32Array(words.buffer);
  for (let i = 0; i < keys.length; i++) {
    numbers[i] = keys[i]! + 0;
    const bits = words[i]!;
    words[i] = bits >>> 31 ? ~bits : bits | 0x80000000;
  }
  return words;
}

/**
 * Of the words whose bits above the 16 that are looked at are `prefix`: the value of those 16 in the `count`-th largest word, and how many words have a
 * larger one.
 */
function binOf(words: Uint32Array, count: number, shift: 0 | 16, prefix: number): { bin: number; above: number } {
  const counts = new Uint32Array(BINS);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (shift === HALF || word >>> HALF === prefix) counts[(word >>> shift) & (BINS - 1)]!++;
  }
  let bin = BINS - 1;
  let above = 0;
  while (above + counts[bin]! < count) above += counts[bin--]!;
  return { bin, above };
}
