import { checkSettings } from '@unbraid/checks';
import * as z from 'zod';
import { decodeImage } from './decode-image.ts';
import { type ImageOptions, imageSettings } from './image-options.ts';
import { resample } from './resample.ts';

const settings = z.object(imageSettings);

/**
 * One PNG or JPEG image, made into a square one as `readImageFolder` makes them.
 *
 * @param bytes of its file
 * @returns [channels, size, size] row-major, in [0, 1]
 * @throws {InputError} for a setting out of its range, and where the bytes are no readable image: a clause that says nothing of their file
 */
export async function readImage(bytes: Uint8Array, options: ImageOptions): Promise<Float32Array> {
  const target = checkSettings('data: readImage', settings, options);
  const out = new Float32Array(target.channels * target.size ** 2);
  resample(await decodeImage(bytes), target, out);
  return out;
}
