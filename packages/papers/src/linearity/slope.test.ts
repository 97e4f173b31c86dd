import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { fitPowerLaw } from './slope.ts';

test('a power law is found exactly, without scatter', () => {
  const samples = [10, 100, 1000].flatMap((width) => [0, 1].map(() => ({ width, value: 3 * width ** -0.5 })));
  const { slope, scale, standardError } = fitPowerLaw(samples);
  expect(slope).toBeCloseTo(-0.5, 12);
  expect(scale).toBeCloseTo(3, 12);
  expect(standardError).toBeCloseTo(0, 12);
});

test('the standard error is how much slopes scatter', () => {
  const random = createRandom(1);
  const widths = [100, 100, 100, 300, 300, 1000, 1000, 3000];
  const fits = Array.from({ length: 2000 }, () => {
    const noise = random.normal(new Float64Array(widths.length), 0, 0.3);
    return fitPowerLaw(widths.map((width, i) => ({ width, value: Math.exp(noise[i]!) })));
  });
  const scatter = Math.sqrt(fits.reduce((sum, { slope }) => sum + slope ** 2, 0) / fits.length);
  const stated = Math.sqrt(fits.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / fits.length);
  // 2000 fits give a standard deviation to 1.6 percent.
  expect(Math.abs(scatter / stated - 1)).toBeLessThan(0.08);
});

test('one width has no slope', () => {
  expect(() => fitPowerLaw([{ width: 10, value: 1 }])).toThrow('a slope needs two widths, there are 1');
});
