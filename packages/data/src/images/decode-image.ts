import { decodeJpeg } from './decode-jpeg.ts';
import { decodePng } from './decode-png.ts';
import { type DecodedImage, imageFault } from './decoded-image.ts';
import { isJpeg } from './jpeg-frame.ts';
import { isPng } from './png-chunks.ts';

/**
 * Decodes a PNG or a JPEG image, told apart by its first bytes.
 *
 * @throws {InputError} where it is neither, is damaged or too large; the message is a clause that says nothing of its file.
 */
export async function decodeImage(bytes: Uint8Array): Promise<DecodedImage> {
  if (isPng(bytes)) return decodePng(bytes);
  if (isJpeg(bytes)) return decodeJpeg(bytes);
  throw imageFault('it is neither a PNG nor a JPEG image');
}
