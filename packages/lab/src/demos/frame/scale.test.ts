import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scaleOf } from './scale.ts';
import { show } from './show.ts';

it('puts the ends of the domain at the ends of the drawing', () => {
  const x = scaleOf([2, 6], [50, 350]);
  expect([x.place(2), x.place(4), x.place(6), x.at(200)]).toEqual([50, 200, 350, 4]);
  const log = scaleOf([1, 100], [0, 200], { log: true });
  expect(log.place(10)).toBeCloseTo(100, 9);
  expect(log.at(100)).toBeCloseTo(10, 9);
});

it('has round numbers for ticks, all of them in the domain', () => {
  expect(scaleOf([0, 1], [0, 1]).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(scaleOf([0.0007, 300], [0, 1], { log: true, count: 10 }).ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
  expect(scaleOf([4, 256], [0, 1], { log: true }).ticks).toEqual([5, 10, 20, 50, 100, 200]);
  const numbers = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(numbers, fc.double({ noNaN: true, min: 1e-3, max: 1e6 }), (low, extent) => {
      const { ticks, domain } = scaleOf([low, low + extent], [0, 1]);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThan(12);
      const slack = 1e-6 * extent;
      for (const tick of ticks) expect(tick >= domain[0] - slack && tick <= domain[1] + slack).toBe(true);
    }),
  );
});

it('a domain of one number has places, too', () => {
  expect(scaleOf([3, 3], [0, 10]).place(3)).toBe(5);
});

it('shows numbers as they are read', () => {
  expect([0, 12, 1234, 0.123456, -0.5, 0.00012345, 1.5e7, Number.POSITIVE_INFINITY].map(show)).toEqual([
    '0',
    '12',
    '1,234',
    '0.123',
    '−0.5',
    '1.23 · 10⁻⁴',
    '1.50 · 10⁷',
    '∞',
  ]);
});
