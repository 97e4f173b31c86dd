import { type ByteSource, InputError, toBytes } from '@unbraid/checks';
import type { RawImages } from './labelled-images.ts';

/** Bytes of an image: 32 × 32 red ones, then green, then blue, each row by row. */
export const CIFAR10_PIXELS = 3 * 32 * 32;

/** The classes, by label. */
export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** A record of the binary format: the label, then the image. */
const RECORD = 1 + CIFAR10_PIXELS;

/**
 * Reads the bytes of a file in the binary format of CIFAR-10 (its page, "Binary version"): records of 3,073 bytes.
 *
 * @param name how errors name the file.
 * @param limit how many records, from the first on; all unless given.
 * @throws where the bytes are not whole records, or a label is not among 0 to 9.
 */
export function parseCifar10(
  source: ByteSource,
  name = 'the CIFAR-10 data',
  limit = Number.POSITIVE_INFINITY,
): RawImages {
  const bytes = toBytes(source, name);
  const records = bytes.length / RECORD;
  if (!Number.isInteger(records) || records === 0) {
    throw new InputError(
      'file',
      `data: ${name} is truncated or not a file of CIFAR-10 images: it has ${bytes.length} bytes, which is not one record of ${RECORD} bytes or more`,
    );
  }
  const count = Math.min(records, limit);
  const images = new Uint8Array(count * CIFAR10_PIXELS);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const start = i * RECORD;
    const label = bytes[start]!;
    if (label >= CIFAR10_CLASSES.length) {
      throw new InputError(
        'file',
        `data: ${name}: record ${i} (counted from 0) has the label ${label}, CIFAR-10 has 0 to 9`,
      );
    }
    labels[i] = label;
    images.set(bytes.subarray(start + 1, start + RECORD), i * CIFAR10_PIXELS);
  }
  return { images, labels };
}
