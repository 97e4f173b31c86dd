import { expect, it } from 'vitest';
import { reportCss } from '../../../experiment/src/report/style.ts';
import { colours, paintDiverging, rgbOf } from './colours.ts';

it('has the colours of reports', () => {
  for (const scheme of ['light', 'dark'] as const)
    for (const name of ['ground', 'ink', 'quiet', 'line', 'soft'] as const)
      expect(reportCss, name).toContain(`--${name}: ${colours[scheme][name]};`);
});

it('goes from one colour over the ground to the other, and no further', () => {
  const painted = (values: number[], how: { most?: number; strength?: number } = {}) => {
    const pixels = new Uint8ClampedArray(4 * values.length);
    paintDiverging(pixels, values, { scheme: 'dark', ...how });
    return values.map((_, i) => [...pixels.subarray(4 * i, 4 * i + 4)]);
  };
  const { series, ground } = colours.dark;
  const [high, low, middle] = [series[0], series[1], ground].map((hex) => [...rgbOf(hex), 255]);
  expect(painted([-1, -7, 0, 1, 3])).toEqual([low, low, middle, high, high]);
  expect(painted([0.25], { most: 0.5 })).toEqual(painted([0.5]));
  expect(painted([1, -9], { strength: 0.5 })).toEqual(painted([0.5, -0.5]));
});
