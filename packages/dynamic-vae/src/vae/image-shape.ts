import { count } from '@unbraid/checks';
import * as z from 'zod';
import type { ImageSides } from './rows.ts';

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
      error:
        '16, 32, 64, 128 or 256 pixels (resize other images first, give them margins by padImages, or take vaeFrom)',
    }),
  },
  { error: 'an image shape, { channels, size },' },
);

/** Numbers of an image. */
export const pixelsOf = ({ channels, size }: ImageShape): number => channels * size * size;

/** The same shape with both of its sides. */
export const sidesOf = ({ channels, size }: ImageShape): ImageSides => ({ channels, height: size, width: size });
