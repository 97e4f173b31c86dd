import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movingAverage } from './moving-average.ts';

test('the window starts filled with zeros', () => {
  const { start, step } = movingAverage(4);
  expect(start).toEqual({ mean: 0, values: [0, 0, 0, 0] });
  expect(step(start, 8)).toEqual({ mean: 2, values: [0, 0, 0, 8] });
});

test('the mean is that of the last values, and a state is not changed by a step', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 6, maxLength: 40 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 6 }), (all, window) => {
      const { start, step } = movingAverage(window);
      const before = JSON.stringify(start);
      const end = all.reduce(step, start);
      expect(end.mean).toBeCloseTo(all.slice(-window).reduce((sum, value) => sum + value, 0) / window, 9);
      expect(JSON.stringify(start)).toBe(before);
    }),
  );
});

test.each([0, -1, 2.5, Number.NaN])('a window of %d is refused', (window) => {
  expect(() => movingAverage(window)).toThrow(
    `dynamic-vae: the moving average has a window of ${window}; a whole number of 1 or more is needed`,
  );
});
