/** Arrays of which each element is one or two words of 32 bits. */
export type Words = Int32Array | Uint32Array | Float32Array | Float64Array;

const turned = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/**
 * MurmurHash3 (Austin Appleby, the 32-bit one, seed 0) of an array's bytes: tells arrays apart that aren't made to look alike. It turns words, so that two
 * changed signs don't cancel as they do in sums and FNV.
 * @returns 0 to 2^32 − 1
 */
export function murmurHash(array: Words): number {
  const words = new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);
  let hash = 0;
  for (const word of words) {
    hash ^= Math.imul(turned(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(turned(hash, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= array.byteLength;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
