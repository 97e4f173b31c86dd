import { expect, it } from 'vitest';
import { reportCss } from '../../../experiment/src/report/style.ts';
import { colours, diverging, rgbOf } from './colours.ts';

it('has the colours of reports', () => {
  for (const scheme of ['light', 'dark'] as const)
    for (const name of ['ground', 'ink', 'quiet', 'line', 'soft'] as const)
      expect(reportCss, name).toContain(`--${name}: ${colours[scheme][name]};`);
});

it('goes from one colour over the ground to the other, and no further', () => {
  const colour = diverging('dark');
  const [high, low, middle] = [colours.dark.series[0], colours.dark.series[1], colours.dark.ground].map(rgbOf);
  expect([colour(-1), colour(-7), colour(0), colour(1), colour(3)]).toEqual([low, low, middle, high, high]);
});
