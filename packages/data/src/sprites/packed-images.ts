import { InputError } from '@unbraid/checks';
/** Binary images with a bit for each pixel: an eighth of a byte instead of the four of a float32. */
export interface PackedImages {
  readonly count: number;
  /** Pixels of an image: a multiple of 8. */
  readonly pixels: number;
  /** pixels / 8 bytes an image, row-major, the first pixel of a byte in its highest bit. */
  readonly bits: Uint8Array;
}

/**
 * Writes images as 0 and 1, each by its index, as `drawSprites` writes drawn ones.
 *
 * @param batch where to write, [indexes.length, pixels] row-major.
 * @returns `batch`.
 * @throws where there is no such image, or the batch has another length.
 */
export function unpackImages(
  images: PackedImages,
  indexes: ArrayLike<number>,
  batch: Float32Array = new Float32Array(indexes.length * images.pixels),
): Float32Array {
  const { count, pixels, bits } = images;
  if (batch.length !== indexes.length * pixels) {
    throw new InputError(
      'data',
      `data: ${indexes.length} images of ${pixels} pixels need a batch of ${indexes.length * pixels} entries, got ${batch.length}`,
    );
  }
  batch.fill(0);
  const bytes = pixels / 8;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < count)) {
      throw new InputError('data', `data: there is no image ${index}; they are numbered from 0 to ${count - 1}`);
    }
    for (let k = 0; k < bytes; k++) {
      const byte = bits[index * bytes + k]!;
      if (byte === 0) continue;
      const at = i * pixels + 8 * k;
      for (let bit = 0; bit < 8; bit++) batch[at + bit] = (byte >> (7 - bit)) & 1;
    }
  }
  return batch;
}

/**
 * Packs bytes 0 and 1, eight into one.
 *
 * @param bytes a multiple of 8 of them, beginning at a multiple of 4 of their buffer.
 * @param bits where to write, a byte for eight.
 * @returns false where a byte is neither 0 nor 1.
 */
export function packBits(bytes: Uint8Array, bits: Uint8Array): boolean {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let others = 0;
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i]!;
    const low = words[i + 1]!;
    others |= (high | low) & 0xfefefefe;
    bits[i >> 1] = (nibble(high) << 4) | nibble(low);
  }
  return others === 0;
}

/**
 * The bits of a little-endian word of four bytes 0 or 1, the first byte's highest. The product has a copy of the word shifted
 * by 27, 18, 9 and 0, which puts byte k at bit 27 − k; no two bytes meet, so nothing is carried.
 */
function nibble(word: number): number {
  return Math.imul(word, 0x08040201) >>> 24;
}
