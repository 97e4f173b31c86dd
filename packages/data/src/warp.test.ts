import { readFileSync } from 'node:fs';
import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AffineMap, type Border, createWarp, type ImageShape } from './warp.ts';

const borders: readonly Border[] = ['nearest', 'zero'];
const identity: AffineMap = { yy: 1, yx: 0, y0: 0, xy: 0, xx: 1, x0: 0 };

function randomImages(shape: ImageShape, count = 1): Float32Array {
  return createRandom(1).normal(new Float32Array(count * shape.channels * shape.height * shape.width));
}

function warped(image: Float32Array, shape: ImageShape, map: AffineMap, border: Border = 'nearest'): Float32Array {
  const result = image.slice();
  createWarp(shape, border)(result, 0, map);
  return result;
}

/** The image whose pixel at (y, x) of each channel is `pixel(y, x)` of the image's own, or 0 where that is outside. */
function rearranged(
  image: Float32Array,
  shape: ImageShape,
  pixel: (y: number, x: number) => readonly [number, number],
) {
  const { height, width } = shape;
  return image.map((_, at) => {
    const channel = Math.floor(at / (height * width));
    const [y, x] = pixel(Math.floor(at / width) % height, at % width);
    const isInside = y >= 0 && y < height && x >= 0 && x < width;
    return isInside ? image[(channel * height + y) * width + x]! : 0;
  });
}

const shapes = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
});

test('whole-pixel shifts move the pixels themselves, and the border fills what is left free', () => {
  const pixels = fc.integer({ min: -8, max: 8 });
  fc.assert(
    fc.property(shapes, pixels, pixels, (shape, down, right) => {
      const image = randomImages(shape);
      const map = { ...identity, y0: -down, x0: -right };
      const within = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
      expect(warped(image, shape, map, 'zero')).toEqual(rearranged(image, shape, (y, x) => [y - down, x - right]));
      expect(warped(image, shape, map, 'nearest')).toEqual(
        rearranged(image, shape, (y, x) => [within(y - down, shape.height), within(x - right, shape.width)]),
      );
    }),
  );
});

test.each(borders)('the identity changes no bit (%s)', (border) => {
  const shape = { channels: 2, height: 4, width: 3 };
  const image = randomImages(shape);
  expect(warped(image, shape, identity, border)).toEqual(image);
});

test.each(borders)('a quarter turn of a square is exact: its right column becomes the top row (%s)', (border) => {
  const shape = { channels: 2, height: 5, width: 5 };
  const image = randomImages(shape);
  const quarter = { yy: 0, yx: 1, y0: 0, xy: -1, xx: 0, x0: 4 };
  expect(warped(image, shape, quarter, border)).toEqual(rearranged(image, shape, (y, x) => [x, 4 - y]));
});

test.each(borders)('a mirror image is exact (%s)', (border) => {
  const shape = { channels: 3, height: 4, width: 6 };
  const image = randomImages(shape);
  const mirror = { ...identity, xx: -1, x0: 5 };
  expect(warped(image, shape, mirror, border)).toEqual(rearranged(image, shape, (y, x) => [y, 5 - x]));
});

test('only the image at the given entry changes, and what came before leaves no trace', () => {
  const shape = { channels: 1, height: 4, width: 4 };
  const images = randomImages(shape, 3);
  const turn = { ...identity, yx: 0.3, x0: 0.4 };
  const warp = createWarp(shape, 'zero');
  const result = images.slice();
  warp(result, 32, turn);
  warp(result, 16, turn);
  expect(result.subarray(0, 16)).toEqual(images.subarray(0, 16));
  expect(result.subarray(16, 32)).toEqual(warped(images.slice(16, 32), shape, turn, 'zero'));
});

interface Tensor {
  readonly shape: readonly [number, number, number];
  readonly data: readonly number[];
}

interface Case {
  readonly matrix: readonly [readonly [number, number], readonly [number, number]];
  readonly offset: readonly [number, number];
  readonly nearest: Tensor;
  readonly zero: Tensor;
}

describe('agreement with scipy.ndimage.affine_transform', () => {
  const file = new URL('../test/fixtures/warp.json', import.meta.url);
  const fixture: { image: Tensor; cases: Case[] } = JSON.parse(readFileSync(file, 'utf8'));
  const [channels, height, width] = fixture.image.shape;
  const shape = { channels, height, width };
  const image = Float32Array.from(fixture.image.data);

  test.each(fixture.cases)('case %#', ({ matrix: [[yy, yx], [xy, xx]], offset: [y0, x0], ...expected }) => {
    for (const border of borders) {
      const result = warped(image, shape, { yy, yx, y0, xy, xx, x0 }, border);
      expected[border].data.forEach((value, i) => {
        expect(result[i]).toBeCloseTo(value, 6);
      });
    }
  });
});
