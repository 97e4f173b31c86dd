import { expect, it } from 'vitest';
import { renderFigure } from './render.ts';
import { wholeNumbers } from './whole-ticks.ts';

it.each([
  [1, 3, 8, [1, 2, 3]],
  [0.4, 2.2, 8, [1, 2]],
  [1, 1, 8, [1]],
  [0, 11, 8, [0, 2, 4, 6, 8, 10]],
  [0, 11, 3, [0, 5, 10]],
])('whole numbers from %d to %d, at most %d', (low, high, most, ticks) => {
  expect(wholeNumbers(low, high, most)).toEqual(ticks);
});

it('leaves a long axis to Plot', () => expect(wholeNumbers(0, 12, 8)).toBeUndefined());

it.each([1, 2, 3, 7, 10, 40])(
  'an axis of %d epochs names each tick once, on wide and on narrow screens',
  async (epochs) => {
    const points = Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, y: i * i }));
    const svg = await renderFigure('f', {
      title: 'T',
      caption: 'C',
      plot: (Plot) => ({ x: { label: 'epoch', tickFormat: 'd' }, marks: [Plot.line(points, { x: 'epoch', y: 'y' })] }),
    });
    const axes = [...svg.matchAll(/aria-label="x-axis tick label"[^>]*>(.*?)<\/g>/gs)];
    expect(axes).toHaveLength(2);
    for (const [, axis = ''] of axes) {
      const labels = [...axis.matchAll(/<text[^>]*>([^<]*)</g)].map(([, label]) => label);
      expect(labels.length).toBeGreaterThan(0);
      expect(new Set(labels).size).toBe(labels.length);
    }
  },
);
