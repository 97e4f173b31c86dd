import { count, InputError } from '@unbraid/checks';
import * as z from 'zod';

/** Sides of images that networks are made for, in pixels: what strided layers halve down to 4. */
export const imageSizes = [16, 32, 64, 128, 256] as const;
/** One of `imageSizes`. */
export type ImageSize = (typeof imageSizes)[number];

/** Square images, `[channels, size, size]` row-major. */
export interface ImageShape {
  /** 1 for grey levels, 3 for colours. */
  readonly channels: number;
  /** The side in pixels. */
  readonly size: ImageSize;
}

export const imageSchema = z.strictObject(
  {
    channels: count(),
    size: z.literal(imageSizes, {
      error: '16, 32, 64, 128 or 256 pixels (resize other images first, or give them margins by padImages)',
    }),
  },
  { error: 'an image shape, { channels, size },' },
);

/** Numbers of an image. */
export const pixelsOf = ({ channels, size }: ImageShape): number => channels * size * size;

/**
 * Refuses images with a value outside [0, 1], or of another size.
 *
 * @param what what the message calls them: `images`, `the batch of step 3`
 * @param data rows of images
 * @throws with the place of the first value that is out of range
 */
export function checkImages(what: string, data: Float32Array, shape: ImageShape): void {
  const pixels = pixelsOf(shape);
  if (data.length % pixels !== 0) {
    throw new InputError(
      'data',
      `dynamic-vae: ${what} have ${data.length} entries, no multiple of the ${pixels} of an image of ${describe(shape)}`,
    );
  }
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value >= 0 && value <= 1) continue;
    throw new InputError(
      'data',
      `dynamic-vae: ${what} must lie in [0, 1]; image ${Math.floor(i / pixels)}, entry ${i % pixels} (counted from 0) is ${value}; divide bytes by 255`,
    );
  }
}

/** @throws {InputError} unless rows have the pixels of an image */
export function checkImageWidth(what: string, cols: number, shape: ImageShape): void {
  const pixels = pixelsOf(shape);
  if (cols === pixels) return;
  throw new InputError(
    'data',
    `dynamic-vae: ${what} have ${cols} entries each, the model takes images of ${describe(shape)}, which are ${pixels}`,
  );
}

const describe = ({ channels, size }: ImageShape): string => `${channels} × ${size} × ${size}`;
