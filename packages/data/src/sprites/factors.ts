import { InputError } from '@unbraid/checks';
import { gridCount, writeGridValues } from '../factors/grid.ts';

/** One way in which the sprites differ. */
export interface SpriteFactor {
  readonly name: string;
  /** How many values it takes, 0 to size − 1. */
  readonly size: number;
}

/** What varies in dSprites besides its one colour, in the data set's own order: the last varies fastest. */
export const spriteFactors: readonly SpriteFactor[] = [
  { name: 'shape', size: 3 },
  { name: 'scale', size: 6 },
  { name: 'orientation', size: 40 },
  { name: 'x', size: 32 },
  { name: 'y', size: 32 },
];

/** The shapes, by the first factor's value. */
export const SPRITE_SHAPES = ['square', 'ellipse', 'heart'] as const;

/** Images in the whole grid of factors: 3 · 6 · 40 · 32 · 32. */
export const SPRITE_COUNT = gridCount(spriteFactors);

/**
 * The flat index, 0 to 737,279, of the image with these values of the five factors; it is the image's place in the
 * official file.
 *
 * @throws where there are not five values or one is not among its factor's.
 */
export function spriteIndex(values: ArrayLike<number>): number {
  if (values.length !== spriteFactors.length) {
    throw new InputError(
      'data',
      `data: a sprite has ${spriteFactors.length} factors (${spriteFactors.map(({ name }) => name).join(', ')}), got ${values.length} values`,
    );
  }
  return spriteFactors.reduce((index, { name, size }, k) => {
    const value = values[k]!;
    if (!(Number.isInteger(value) && value >= 0 && value < size)) {
      throw new InputError('data', `data: a sprite's ${name} is a whole number from 0 to ${size - 1}, got ${value}`);
    }
    return index * size + value;
  }, 0);
}

/**
 * The values of the five factors of the image with this flat index: `spriteIndex` undone.
 *
 * @throws where there is no such image.
 */
export function spriteFactorValues(index: number): Int32Array {
  checkSpriteIndex(index);
  const values = new Int32Array(spriteFactors.length);
  writeGridValues(spriteFactors, index, values);
  return values;
}

/** Refuses what is not the flat index of a sprite. */
export function checkSpriteIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < SPRITE_COUNT) return;
  throw new InputError('data', `data: there is no sprite ${index}; they are numbered from 0 to ${SPRITE_COUNT - 1}`);
}
