import { InputError } from '@unbraid/checks';
import { drawSprites } from './draw-sprites.ts';
import { SPRITE_COUNT, type SpriteFactor, spriteFactors, spriteFactorValues, spriteIndex } from './factors.ts';

/** Colours of sprites: red, green, blue, each in [0, 1], at even steps of hue and full saturation. */
export const SPRITE_COLOURS: readonly (readonly [red: number, green: number, blue: number])[] = [
  [1, 0, 0],
  [1, 1, 0],
  [0, 1, 0],
  [0, 1, 1],
  [0, 0, 1],
  [1, 0, 1],
];

/** What varies in coloured sprites: the colour, then what varies in dSprites; the last varies fastest. */
export const colourSpriteFactors: readonly SpriteFactor[] = [
  { name: 'colour', size: SPRITE_COLOURS.length },
  ...spriteFactors,
];

/** Images in the whole grid of coloured sprites: six times dSprites'. */
export const COLOUR_SPRITE_COUNT = SPRITE_COLOURS.length * SPRITE_COUNT;

/** The flat index of the coloured sprite with these values of the six factors. @throws {InputError} where there are not six, or one is out of range */
export function colourSpriteIndex(values: ArrayLike<number>): number {
  const [colour, ...others] = Array.from(values);
  if (!(Number.isInteger(colour) && colour! >= 0 && colour! < SPRITE_COLOURS.length))
    throw new InputError(
      'data',
      `data: a sprite's colour is a whole number from 0 to ${SPRITE_COLOURS.length - 1}, got ${colour}`,
    );
  return colour! * SPRITE_COUNT + spriteIndex(others);
}

/** The values of the six factors of a coloured sprite: `colourSpriteIndex` undone. @throws {InputError} where there is no such sprite */
export function colourSpriteValues(index: number): Int32Array {
  checkIndex(index);
  return Int32Array.of(Math.floor(index / SPRITE_COUNT), ...spriteFactorValues(index % SPRITE_COUNT));
}

/**
 * Draws dSprites' images in colour on black, as `drawSprites` draws them: red, green and blue planes.
 *
 * @param indexes flat indexes, 0 to 4,423,679; `colourSpriteIndex` gives that of six factor values
 * @param size the side of the images in pixels
 * @param batch where to write, [indexes.length, 3 · size · size] row-major; what was there is overwritten
 * @returns `batch`
 * @throws {InputError} where an index is out of range, the size is not a whole number of 8 or more, or the batch has another length
 */
export function drawColourSprites(
  indexes: ArrayLike<number>,
  size: number,
  batch: Float32Array = new Float32Array(indexes.length * 3 * size * size),
): Float32Array {
  const pixels = size * size;
  if (batch.length !== indexes.length * 3 * pixels)
    throw new InputError(
      'setting',
      `data: ${indexes.length} coloured sprites of ${size} × ${size} pixels need a batch of ${indexes.length * 3 * pixels} entries, got ${batch.length}`,
    );
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i]!;
    checkIndex(index);
    const colour = SPRITE_COLOURS[Math.floor(index / SPRITE_COUNT)]!;
    const image = batch.subarray(i * 3 * pixels, (i + 1) * 3 * pixels);
    const shape = drawSprites([index % SPRITE_COUNT], size, image.subarray(2 * pixels)).slice();
    for (const [plane, level] of colour.entries())
      for (let p = 0; p < pixels; p++) image[plane * pixels + p] = level * shape[p]!;
  }
  return batch;
}

function checkIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < COLOUR_SPRITE_COUNT) return;
  throw new InputError(
    'data',
    `data: there is no coloured sprite ${index}; they are numbered from 0 to ${COLOUR_SPRITE_COUNT - 1}`,
  );
}
