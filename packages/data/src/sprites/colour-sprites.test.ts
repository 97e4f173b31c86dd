import { expect, it } from 'vitest';
import {
  COLOUR_SPRITE_COUNT,
  colourSpriteFactors,
  colourSpriteIndex,
  colourSpriteValues,
  drawColourSprites,
  SPRITE_COLOURS,
} from './colour-sprites.ts';
import { drawSprites } from './draw-sprites.ts';
import { spriteIndex } from './factors.ts';

it('numbers every combination of six factors once', () => {
  expect(colourSpriteFactors.reduce((product, { size }) => product * size, 1)).toBe(COLOUR_SPRITE_COUNT);
  for (const index of [0, 737_279, 737_280, COLOUR_SPRITE_COUNT - 1])
    expect(colourSpriteIndex(colourSpriteValues(index))).toBe(index);
  expect([...colourSpriteValues(COLOUR_SPRITE_COUNT - 1)]).toEqual([5, 2, 5, 39, 31, 31]);
});

it('draws the shape in its colour, planes one after another, whatever was in the batch', () => {
  const others = [1, 4, 10, 20, 5];
  const batch = new Float32Array(2 * 3 * 256).fill(7);
  drawColourSprites([colourSpriteIndex([4, ...others]), colourSpriteIndex([1, ...others])], 16, batch);
  const shape = drawSprites([spriteIndex(others)], 16);
  for (const [i, colour] of [SPRITE_COLOURS[4]!, SPRITE_COLOURS[1]!].entries())
    for (const [plane, level] of colour.entries())
      for (let p = 0; p < 256; p++) expect(batch[(3 * i + plane) * 256 + p]).toBe(level * shape[p]!);
});

it('refuses what there is not', () => {
  expect(() => drawColourSprites([COLOUR_SPRITE_COUNT], 16)).toThrow('data: there is no coloured sprite 4423680');
  expect(() => colourSpriteIndex([6, 0, 0, 0, 0, 0])).toThrow("data: a sprite's colour is a whole number from 0 to 5");
  expect(() => drawColourSprites([0], 16, new Float32Array(256))).toThrow('need a batch of 768 entries, got 256');
});
