import { checkSettings, InputError, type MatrixLike, toMatrix } from '@unbraid/checks';
import { COLOUR_SPRITE_COUNT, drawColourSprites, drawSprites, type Matrix, SPRITE_COUNT } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';
import { type ImageShape, type ImageSize, imageSchema, pixelsOf, sidesOf } from '../vae/image-shape.ts';
import { checkRowWidth, type ImageSides, type Rows, showSides } from '../vae/rows.ts';

/** Fills a batch with images or other rows, `[rows, cols]`, from a stream of that batch alone. Images are in [0, 1]. */
export interface DrawRows {
  (batch: Float32Array, random: Random): void;
  /** What it draws, where that is images; a model that takes images of another shape is refused. */
  readonly image?: ImageShape | ImageSides;
  /** How many different rows there are to draw, where that is known: what β-TCVAE takes for the size of the data. */
  readonly count?: number;
}

/** Rows of images as bytes, 0 black and 255 white: a quarter of the memory of numbers in [0, 1]. For models of images alone. */
export interface ByteImages {
  /** [rows, channels · height · width] row-major. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly cols: number;
}

/** What a VAE learns from: rows, a matrix or a list of them, or bytes of images, or a function that makes them. */
export type RowSource = MatrixLike | ByteImages | DrawRows;

/** A source as it is learnt from. */
export type PreparedRows = Matrix | ByteImages | DrawRows;

/** @throws {InputError} for rows that are no matrix, and bytes that are not rows · cols */
export function preparedRows(source: RowSource, noun: Rows['noun'] = 'images'): PreparedRows {
  if (typeof source === 'function') return source;
  if (!(typeof source === 'object' && source !== null && 'bytes' in source))
    return toMatrix(`dynamic-vae: the ${noun}`, source);
  const { bytes, rows, cols } = source;
  if (bytes instanceof Uint8Array && bytes.length === rows * cols) return source;
  throw new InputError('data', 'dynamic-vae: the bytes of images must be a Uint8Array of rows · cols entries');
}

/** How many different rows a source has; undefined for a function that doesn't say. */
export const countOf = (source: PreparedRows): number | undefined =>
  typeof source === 'function' ? source.count : source.rows;

/** Fills the batch `index`, counted from 0; the same whenever it is asked for. */
export type FillBatch = (batch: Float32Array, index: number) => void;

/**
 * The batches of a source. Rows of a matrix, or of bytes, are taken without replacement, in an order drawn anew each time all were taken.
 *
 * @throws {InputError} for rows of another width, bytes of what is no image, and values that can't be: of a matrix at once, of a function in the batch
 */
export function batchesOf(source: PreparedRows, rows: Rows, random: Random): FillBatch {
  const { noun } = rows;
  if (typeof source !== 'function') {
    checkRowWidth(`the ${noun}`, source.cols, rows);
    if (source.rows === 0) throw new InputError('data', `dynamic-vae: there are no ${noun} to learn from`);
    if ('data' in source) rows.check(`the ${noun}`, source.data);
    else if (!('channels' in rows.form))
      throw new InputError(
        'data',
        `dynamic-vae: bytes stand for the grey levels of images, but the model takes ${noun}; give their numbers as a matrix`,
      );
    return shuffledRows(source, random);
  }
  checkDrawn(source.image, rows);
  return (batch, index) => {
    source(batch, random.split(index));
    rows.check(`the ${noun} of batch ${index + 1}`, batch);
  };
}

function checkDrawn(image: DrawRows['image'], { form }: Rows): void {
  if (image === undefined) return;
  const drawn = showSides('size' in image ? sidesOf(image) : image);
  const taken = 'channels' in form ? showSides(form) : 'no images';
  if (drawn === taken) return;
  throw new InputError('data', `dynamic-vae: the images are drawn as ${drawn}, the model takes ${taken}`);
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

/** Sprites that are drawn as they are needed. */
export type DrawSprites = DrawRows & { readonly image: ImageShape; readonly count: number };

/** Images of dSprites' grid, drawn as they are needed, each as likely as the others. @param size the side in pixels, one of `imageSizes` */
export const spriteImages = (size: ImageSize): DrawSprites =>
  drawnSprites('spriteImages', { channels: 1, size }, SPRITE_COUNT, drawSprites);

/** The same in six colours on black, as `drawColourSprites` of `@unbraid/data` draws them: the colour is one more factor. @param size as of `spriteImages` */
export const colourSpriteImages = (size: ImageSize): DrawSprites =>
  drawnSprites('colourSpriteImages', { channels: 3, size }, COLOUR_SPRITE_COUNT, drawColourSprites);

function drawnSprites(who: string, given: ImageShape, count: number, drawn: typeof drawSprites): DrawSprites {
  const { image } = checkSettings(`dynamic-vae: ${who}`, z.object({ image: imageSchema }), { image: given });
  const draw = (batch: Float32Array, random: Random) => {
    const indexes = Int32Array.from({ length: batch.length / pixelsOf(image) }, () => random.int(count));
    drawn(indexes, image.size, batch);
  };
  return Object.assign(draw, { image, count });
}
