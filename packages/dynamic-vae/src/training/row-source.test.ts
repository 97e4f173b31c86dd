import { createMatrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { createVae } from '../vae/create-vae.ts';
import { tableRows, vectorRows } from '../vae/rows.ts';
import { type ByteImages, batchesOf, colourSpriteImages, preparedRows, spriteImages } from './row-source.ts';

const vae = createVae({ image: { channels: 1, size: 32 }, architecture: 'dense' });
const random = createRandom(5);

/** Images of one grey level each. */
const greyImages = (levels: readonly number[]) =>
  createMatrix(
    levels.length,
    vae.pixels,
    Float32Array.from(levels.flatMap((level) => new Array<number>(vae.pixels).fill(level))),
  );

function levelsOf(fill: ReturnType<typeof batchesOf>, index: number, rows: number): number[] {
  const batch = new Float32Array(rows * vae.pixels);
  fill(batch, index);
  return Array.from({ length: rows }, (_, i) => batch[i * vae.pixels]!);
}

it('takes every row of a matrix once before any is taken again', () => {
  const levels = [0, 0.25, 0.5, 0.75, 1];
  const fill = batchesOf(greyImages(levels), vae.rows, random);
  const taken = [0, 1, 2, 3, 4].flatMap((index) => levelsOf(fill, index, 2));
  expect(taken.slice(0, 5).sort()).toEqual(levels);
  expect(taken.slice(5).sort()).toEqual(levels);
});

it('gives the same batch whenever it is asked for', () => {
  for (const source of [greyImages([0, 0.25, 0.5, 1]), spriteImages(32)]) {
    const [once, again] = [0, 1].map(() => batchesOf(source, vae.rows, random));
    const batch = (fill: typeof once, index: number) => {
      const images = new Float32Array(3 * vae.pixels);
      fill!(images, index);
      return images;
    };
    batch(once, 0);
    batch(once, 1);
    expect(batch(again, 7)).toEqual(batch(once, 7));
  }
});

it('takes bytes as the numbers that they stand for', () => {
  const levels = [0, 51, 102, 204, 255];
  const bytes = Uint8Array.from(levels.flatMap((level) => new Array<number>(vae.pixels).fill(level)));
  const source: ByteImages = { bytes, rows: levels.length, cols: vae.pixels };
  const [ofBytes, ofNumbers] = [source, greyImages(levels.map((level) => level / 255))].map((images) =>
    levelsOf(batchesOf(preparedRows(images), vae.rows, random), 1, 4),
  );
  expect(ofBytes).toEqual(ofNumbers);
  expect(() => preparedRows({ ...source, rows: 6 })).toThrow('must be a Uint8Array of rows · cols entries');
});

it('refuses bytes of what is no image', () => {
  const source: ByteImages = { bytes: Uint8Array.of(0, 1, 2, 1), rows: 4, cols: 1 };
  for (const rows of [
    tableRows({ columns: [{ kind: 'categorical', categories: 3 }] }),
    vectorRows({ length: 1 }, 'unit'),
  ])
    expect(() => batchesOf(source, rows, random)).toThrow(
      'dynamic-vae: bytes stand for the grey levels of images, but the model takes rows; give their numbers as a matrix',
    );
});

it('draws sprites in colour', () => {
  const { rows, pixels } = createVae({ image: { channels: 3, size: 16 }, architecture: 'dense' });
  const batch = new Float32Array(16 * pixels);
  batchesOf(colourSpriteImages(16), rows, random)(batch, 0);
  expect(new Set(batch)).toEqual(new Set([0, 1]));
  expect(() => batchesOf(colourSpriteImages(16), vae.rows, random)).toThrow(
    'the images are drawn as 3 × 16 × 16, the model takes 1 × 32 × 32',
  );
});

it('draws sprites, black and white', () => {
  const batch = new Float32Array(4 * vae.pixels);
  batchesOf(spriteImages(32), vae.rows, random)(batch, 0);
  expect(new Set(batch)).toEqual(new Set([0, 1]));
});

it('refuses images of another size, or outside [0, 1], at the place', () => {
  expect(() => batchesOf(createMatrix(2, 784), vae.rows, random)).toThrow(
    'dynamic-vae: the images have 784 entries each, the model takes images of 1 × 32 × 32, which are 1024',
  );
  const images = createMatrix(2, vae.pixels);
  images.data[vae.pixels + 3] = 255;
  expect(() => batchesOf(images, vae.rows, random)).toThrow(
    'dynamic-vae: the images must lie in [0, 1]; image 1, entry 3 (counted from 0) is 255; divide bytes by 255',
  );
  expect(() => batchesOf(createMatrix(0, vae.pixels), vae.rows, random)).toThrow('there are no images to learn from');
  const fill = batchesOf((batch) => batch.fill(Number.NaN), vae.rows, random);
  expect(() => fill(new Float32Array(vae.pixels), 4)).toThrow(
    'the images of batch 5 must lie in [0, 1]; image 0, entry 0',
  );
});
