import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawSprites } from './draw-sprites.ts';
import { SPRITE_COUNT, spriteIndex } from './factors.ts';
import { shapes } from './shapes.ts';

function pixels(image: Float32Array, size: number): { x: number; y: number }[] {
  return [...image.keys()].filter((i) => image[i] === 1).map((i) => ({ x: i % size, y: Math.floor(i / size) }));
}

/** Number of pixels, then first and last column and row. */
function extent(image: Float32Array, size = 64): number[] {
  const on = pixels(image, size);
  const columns = on.map(({ x }) => x);
  const rows = on.map(({ y }) => y);
  return [on.length, Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)];
}

test.each([
  ['square', 0, [100, 144, 196, 256, 324, 400], [6, 25, 6, 25]],
  ['ellipse', 1, [76, 104, 144, 184, 228, 288], [3, 28, 9, 22]],
  ['heart', 2, [58, 84, 108, 140, 182, 222], [6, 25, 7, 23]],
] as const)(
  'an upright %s is as large as in the animation on the page of dSprites, to two pixels',
  (_, shape, counts, box) => {
    const images = [0, 1, 2, 3, 4, 5].map((scale) => drawSprites([spriteIndex([shape, scale, 0, 0, 0])], 64));
    for (const [scale, image] of images.entries()) {
      expect(Math.abs(extent(image)[0]! - counts[scale]!)).toBeLessThanOrEqual(2);
    }
    expect(extent(images[5]!).slice(1)).toEqual(box);
  },
);

test('a larger x moves to the right, a larger y down, from a quarter of the side to three quarters', () => {
  const at = (x: number, y: number) => extent(drawSprites([spriteIndex([0, 5, 0, x, y])], 64)).slice(1);
  expect(at(31, 0)).toEqual([38, 57, 6, 25]);
  expect(at(0, 31)).toEqual([6, 25, 38, 57]);
});

test('orientations turn counterclockwise, and the last is the first again', () => {
  const heart = (orientation: number) => spriteIndex([2, 5, orientation, 0, 0]);
  expect(drawSprites([heart(39)], 64)).toEqual(drawSprites([heart(0)], 64));
  const quarter = pixels(drawSprites([heart(10)], 64), 64);
  const meanX = quarter.reduce((sum, { x }) => sum + x + 0.5, 0) / quarter.length;
  // Upright, most of the heart is above its origin at 16; after a quarter turn, to the left of it.
  expect(meanX).toBeLessThan(14.5);
});

test('every image is binary, has a sprite, and leaves the border empty', () => {
  fc.assert(
    fc.property(fc.nat(SPRITE_COUNT - 1), fc.constantFrom(32, 64), (index, size) => {
      const image = drawSprites([index], size);
      expect(image.every((value) => value === 0 || value === 1)).toBe(true);
      const [count, left, right, top, bottom] = extent(image, size) as [number, number, number, number, number];
      expect(count).toBeGreaterThan(size / 8);
      expect(Math.min(left, top)).toBeGreaterThan(0);
      expect(Math.max(right, bottom)).toBeLessThan(size - 1);
    }),
  );
});

test('at 32 pixels a sprite covers a quarter as many pixels, give or take its edge', () => {
  fc.assert(
    fc.property(fc.nat(SPRITE_COUNT - 1), (index) => {
      const large = pixels(drawSprites([index], 64), 64).length;
      const small = pixels(drawSprites([index], 32), 32).length;
      expect(Math.abs(4 * small - large)).toBeLessThanOrEqual(4 * Math.sqrt(large));
    }),
  );
});

test('only pixels out of the reach of a shape go untested', () => {
  const inside = fc.record({ shape: fc.nat(2), u: fc.double({ min: -1, max: 1 }), v: fc.double({ min: -1, max: 1 }) });
  fc.assert(
    fc.property(inside, ({ shape, u, v }) => {
      const { reach, contains } = shapes[shape]!;
      expect(contains(u, v) && Math.hypot(u, v) > reach + 1e-12).toBe(false);
    }),
  );
});

test('a batch is each of its images, whatever was in it before', () => {
  const indexes = Int32Array.of(700_000, 3, 300_000);
  const batch = drawSprites(indexes, 32, new Float32Array(3 * 1024).fill(7));
  expect([...batch]).toEqual(Array.from(indexes, (index) => [...drawSprites([index], 32)]).flat());
});

test('bad indexes, sizes and batches are refused', () => {
  expect(() => drawSprites([737_280], 64)).toThrow(
    'data: there is no sprite 737280; they are numbered from 0 to 737279',
  );
  expect(() => drawSprites([0], 7)).toThrow('a square of 8 × 8 pixels or more, got a side of 7');
  expect(() => drawSprites([0, 1], 32, new Float32Array(1024))).toThrow(
    'data: 2 sprites of 32 × 32 pixels need a batch of 2048 entries, got 1024',
  );
});
