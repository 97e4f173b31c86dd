import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { renderFigure } from './render.ts';

type Heights = readonly number[];

/** Attributes of the wide drawing's curves, in the order in which they are drawn, and whether it says that some coincide. */
async function drawn(curves: Readonly<Record<string, Heights>>, dashed: readonly string[] = [], colours = true) {
  const points = Object.entries(curves).flatMap(([name, heights]) => heights.map((y, x) => ({ name, x, y })));
  const text = await renderFigure('f', {
    title: 'T',
    caption: 'C',
    plot: (Plot) => ({
      marks: [false, true].map((dash) => {
        const shown = points.filter(({ name }) => dashed.includes(name) === dash);
        const look = { ...(colours && { stroke: 'name' }), ...(dash && { strokeDasharray: '5,4' }) };
        return Plot.line(shown, { x: 'x', y: 'y', z: 'name', ...look });
      }),
    }),
  });
  const { document } = parseHTML(`<html><body>${text}</body></html>`);
  for (const narrow of document.querySelectorAll('.narrow')) narrow.remove();
  const paths = [...document.querySelectorAll('g[aria-label="line"] path')];
  return {
    widths: paths.map((path) => path.getAttribute('stroke-width')),
    opacities: paths.map((path) => path.getAttribute('stroke-opacity')),
    said: text.includes('Where curves coincide'),
  };
}

const rise: Heights = Array.from({ length: 20 }, (_, i) => i);

it('leaves curves alone that are apart, or that only cross', async () => {
  const { widths, said } = await drawn({ a: rise, b: rise.toReversed(), c: rise.map((y) => y + 30) });
  expect(widths).toEqual([null, null, null]);
  expect(said).toBe(false);
});

it('draws curves that coincide one within the other, the first one widest', async () => {
  const { widths, opacities, said } = await drawn({ a: rise, b: rise, c: rise, d: rise.map((y) => y + 30) });
  expect(widths).toEqual(['5.5', '3.5', null, null]);
  expect(opacities).toEqual([null, null, null, null]);
  expect(said).toBe(true);
});

it('sees curves that coincide over a part', async () => {
  const { widths } = await drawn({ a: rise, b: rise.map((y, x) => (x < 10 ? y : y + 3 * (x - 10))) });
  expect(widths).toEqual(['3.5', null]);
});

it('makes a curve paler below a dashed one of the same colour', async () => {
  const { widths, opacities } = await drawn({ a: rise, b: rise }, ['b'], false);
  expect(widths).toEqual(['3.5', null]);
  expect(opacities).toEqual(['0.4', null]);
});

it('takes curves of one look for one', async () => {
  expect((await drawn({ a: rise, b: rise }, [], false)).said).toBe(false);
});
