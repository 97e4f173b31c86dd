import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPRITE_COUNT, spriteFactors, spriteFactorValues, spriteIndex } from './factors.ts';

test('the grid has 737,280 images', () => {
  expect(SPRITE_COUNT).toBe(737_280);
  expect(spriteFactors.map(({ name }) => name)).toEqual(['shape', 'scale', 'orientation', 'x', 'y']);
});

test('the flat index of factor values gives them back', () => {
  const values = fc.tuple(...spriteFactors.map(({ size }) => fc.nat(size - 1)));
  fc.assert(
    fc.property(values, (v) => {
      expect([...spriteFactorValues(spriteIndex(v))]).toEqual(v);
    }),
  );
});

test('y varies fastest and the shape slowest, as in the official file', () => {
  expect(spriteIndex([0, 0, 0, 0, 1])).toBe(1);
  expect(spriteIndex([0, 0, 0, 1, 0])).toBe(32);
  expect(spriteIndex([0, 0, 1, 0, 0])).toBe(32 * 32);
  expect(spriteIndex([1, 0, 0, 0, 0])).toBe(SPRITE_COUNT / 3);
});

test('what is not a sprite is refused', () => {
  expect(() => spriteIndex([0, 0, 0])).toThrow(
    'data: a sprite has 5 factors (shape, scale, orientation, x, y), got 3 values',
  );
  expect(() => spriteIndex([0, 0, 40, 0, 0])).toThrow(
    "data: a sprite's orientation is a whole number from 0 to 39, got 40",
  );
  expect(() => spriteIndex([0, 0.5, 0, 0, 0])).toThrow("a sprite's scale is a whole number from 0 to 5, got 0.5");
  for (const index of [-1, SPRITE_COUNT, 1.5, Number.NaN]) {
    expect(() => spriteFactorValues(index)).toThrow(`data: there is no sprite ${index}`);
  }
});
