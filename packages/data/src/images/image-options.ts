import { count, finite, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { type ImageFit, imageFits } from './resample.ts';

/** What images are made into. */
export interface ImageOptions {
  /** The side of the images in pixels. */
  readonly size: number;
  /** 1 for grey levels, 3 for red, green and blue, by default 3. */
  readonly channels?: 1 | 3 | undefined;
  /** How an image that is no square becomes one, by default `squeeze`. */
  readonly fit?: ImageFit | undefined;
  /** The grey level, in [0, 1], behind transparent images, by default 1 (white). */
  readonly background?: number | undefined;
  /** The grey level, in [0, 1], of the margins of `fit: 'pad'`, by default 0 (black). */
  readonly margin?: number | undefined;
}

const level = () => finite({ min: 0, max: 1 });

export const imageSettings = {
  size: count(),
  channels: z.literal([1, 3], { error: '1 or 3' }).default(3),
  fit: oneOf(...imageFits).default('squeeze'),
  background: level().default(1),
  margin: level().default(0),
};
