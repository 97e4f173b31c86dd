import { checkSettings, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { drawSprites, type Matrix, SPRITE_COUNT } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';
import type { Vae } from '../vae/create-vae.ts';
import {
  checkImages,
  checkImageWidth,
  type ImageShape,
  type ImageSize,
  imageSchema,
  pixelsOf,
} from '../vae/image-shape.ts';

/** Fills a batch with images, `[rows, pixels]` in [0, 1], from a stream of that batch alone. */
export interface DrawImages {
  (batch: Float32Array, random: Random): void;
  /** What it draws; a model that takes images of another shape is refused. */
  readonly image?: ImageShape;
}

/** Rows of images as bytes, 0 black and 255 white: a quarter of the memory of numbers in [0, 1]. */
export interface ByteImages {
  /** [rows, channels · size · size] row-major. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly cols: number;
}

/** What a VAE learns from: rows of images, a matrix or a list of them, or bytes, or a function that makes them. */
export type ImageSource = MatrixLike | ByteImages | DrawImages;

/** A source as it is learnt from. */
export type PreparedImages = Matrix | ByteImages | DrawImages;

/** @throws {InputError} for rows that are no matrix, and bytes that are not rows · cols */
export function preparedImages(source: ImageSource): PreparedImages {
  if (typeof source === 'function') return source;
  if (!(typeof source === 'object' && source !== null && 'bytes' in source))
    return toMatrix('dynamic-vae: the images', source);
  const { bytes, rows, cols } = source;
  if (bytes instanceof Uint8Array && bytes.length === rows * cols) return source;
  throw new InputError('data', 'dynamic-vae: the bytes of images must be a Uint8Array of rows · cols entries');
}

/** Fills the batch `index`, counted from 0; the same whenever it is asked for. */
export type FillBatch = (batch: Float32Array, index: number) => void;

/**
 * The batches of a source. Rows of a matrix, or of bytes, are taken without replacement, in an order drawn anew each time all were taken.
 *
 * @throws {InputError} for images of another size, or outside [0, 1]: of a matrix at once, of a function in the batch
 */
export function batchesOf(source: PreparedImages, vae: Vae, random: Random): FillBatch {
  const { image } = vae.settings;
  if (typeof source !== 'function') {
    checkImageWidth('the images', source.cols, image);
    if (source.rows === 0) throw new InputError('data', 'dynamic-vae: there are no images to learn from');
    if ('data' in source) checkImages('the images', source.data, image);
    return shuffledRows(source, random);
  }
  checkShape(source.image, image);
  return (batch, index) => {
    source(batch, random.split(index));
    checkImages(`the images of batch ${index + 1}`, batch, image);
  };
}

function checkShape(drawn: ImageShape | undefined, { channels, size }: ImageShape): void {
  if (!drawn || (drawn.channels === channels && drawn.size === size)) return;
  throw new InputError(
    'data',
    `dynamic-vae: the images are drawn as ${drawn.channels} × ${drawn.size} × ${drawn.size}, the model takes ${channels} × ${size} × ${size}`,
  );
}

function shuffledRows(source: Matrix | ByteImages, random: Random): FillBatch {
  const { rows, cols } = source;
  let epoch = -1;
  let order: Int32Array = new Int32Array(0);
  return (batch, index) => {
    const count = batch.length / cols;
    for (let i = 0; i < count; i++) {
      const at = index * count + i;
      if (Math.floor(at / rows) !== epoch) {
        epoch = Math.floor(at / rows);
        order = random.split(epoch).permutation(rows);
      }
      copyRow(source, order[at % rows]!, batch.subarray(i * cols, (i + 1) * cols));
    }
  };
}

function copyRow(source: Matrix | ByteImages, row: number, out: Float32Array): void {
  const [from, to] = [row * source.cols, (row + 1) * source.cols];
  if ('data' in source) out.set(source.data.subarray(from, to));
  else for (let i = from; i < to; i++) out[i - from] = source.bytes[i]! / 255;
}

/** Images of dSprites' grid, drawn as they are needed, each as likely as the others. @param size the side in pixels, one of `imageSizes` */
export function spriteImages(size: ImageSize): DrawImages {
  const { image } = checkSettings('dynamic-vae: spriteImages', z.object({ image: imageSchema }), {
    image: { channels: 1, size },
  });
  const draw = (batch: Float32Array, random: Random) => {
    const indexes = Int32Array.from({ length: batch.length / pixelsOf(image) }, () => random.int(SPRITE_COUNT));
    drawSprites(indexes, size, batch);
  };
  return Object.assign(draw, { image });
}
