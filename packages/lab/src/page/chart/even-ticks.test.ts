import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evenTicks } from './even-ticks.ts';

it('has round numbers, the ends among them where they are round', () => {
  expect(evenTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  // 0.7 / 0.1 is 6.999… in binary.
  expect(evenTicks(0.3, 0.7, 4)).toEqual([0.3, 0.4, 0.5, 0.6, 0.7]);
  expect(evenTicks(-3, 3, 3)).toEqual([-2, 0, 2]);
});

it('stays within the axis, with neither none nor too many', () => {
  const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(
      number,
      fc.double({ noNaN: true, min: 1e-3, max: 1e6 }),
      fc.integer({ min: 3, max: 8 }),
      (low, width, count) => {
        const ticks = evenTicks(low, low + width, count);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(2 * count + 2);
        expect(ticks.filter((tick) => tick < low - 1e-6 * width || tick > low + width * (1 + 1e-6))).toEqual([]);
      },
    ),
  );
});
