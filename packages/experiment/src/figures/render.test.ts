import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../context.ts';
import { palette } from './palette.ts';
import { renderFigure } from './render.ts';

const points = ['GaLU', 'ReLU'].flatMap((network) =>
  [1, 10, 100].map((k) => ({ network, k, loss: 1 / k + (network === 'ReLU' ? 1 : 0) })),
);

const figure = (plot: Figure['plot']): Figure => ({ title: 'Loss & <k>', caption: 'Falls "fast".', plot });

async function draw(name: string, plot: Figure['plot']) {
  const text = await renderFigure(name, figure(plot));
  const { document } = parseHTML(`<html><body>${text}</body></html>`);
  // The narrow drawing has the same texts.
  for (const narrow of document.querySelectorAll('.narrow')) narrow.remove();
  const texts = [...document.querySelectorAll('text')].map((element) => element.textContent?.trim());
  return { text, document, texts };
}

const curves: Figure['plot'] = (Plot) => ({
  x: { label: 'k (neurons)', type: 'log' },
  y: { label: 'loss (nats)' },
  color: { label: 'Network' },
  marks: [
    Plot.lineY(points, { x: 'k', y: 'loss', stroke: 'network', clip: true }),
    Plot.dot(points, { x: 'k', y: 'loss', stroke: 'network', symbol: 'network' }),
  ],
});

describe('renderFigure', () => {
  it('draws title, labels with units and one legend for colour and symbol', async () => {
    const { texts, text } = await draw('curves', curves);
    expect(texts).toEqual(expect.arrayContaining(['Loss & <k>', 'Network', 'k (neurons) →', '↑ loss (nats)']));
    expect(texts.filter((t) => t === 'GaLU' || t === 'ReLU')).toEqual(['GaLU', 'ReLU']);
    expect(text).toContain(`stroke="${palette[0]}"`);
    expect(text).toContain(`stroke="${palette[1]}"`);
  });

  it('makes a file that stands alone, with alternatives for those who cannot see it', async () => {
    const { text, document } = await draw('curves', curves);
    expect(text).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text).toContain('<title id="curves-title">Loss &amp; &lt;k&gt;</title>');
    expect(text).toContain('prefers-color-scheme: dark');
    expect(text).not.toMatch(/(?:href|src)="(?!#)/);
    const root = document.querySelector('svg')!;
    expect(root.getAttribute('role')).toBe('img');
    expect(root.getAttribute('aria-labelledby')).toBe('curves-title curves-caption');
  });

  it('draws the same again, whatever was drawn before', async () => {
    const marked: Figure['plot'] = (Plot) => ({
      marks: [Plot.lineY(points, { x: 'k', y: 'loss', stroke: 'network', marker: true, clip: true })],
    });
    const { text } = await draw('marked', marked);
    expect(text).toContain('url(#marked-plot-marker-1)');
    expect(text).toContain('url(#marked-plot-clip-1)');
    expect((await draw('marked', marked)).text).toBe(text);
  });

  it('gives every figure identifiers of its own, and references that lead to them', async () => {
    const [a, b] = [await draw('a', curves), await draw('b', curves)];
    const ids = [a, b].map(({ text }) => [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect(new Set(ids.flat()).size).toBe(ids.flat().length);
    const references = [...a.text.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) expect(ids[0]).toContain(reference);
  });

  it('draws a ramp for a continuous colour', async () => {
    const { texts } = await draw('ramp', (Plot) => ({
      color: { label: 'Share of trials' },
      marks: [Plot.cell([0, 50, 100], { x: (d: number) => d, fill: (d: number) => d })],
    }));
    expect(texts).toEqual(expect.arrayContaining(['Share of trials', '0', '50', '100']));
  });

  it('leaves a range that the experiment chose', async () => {
    const { text } = await draw('own', (Plot) => ({
      color: { range: ['#123456', '#654321'] },
      marks: [Plot.dot(points, { x: 'k', y: 'loss', fill: 'network' })],
    }));
    expect(text).toContain('<circle fill="#123456"');
    expect(text).not.toContain(`<circle fill="${palette[0]}"`);
  });

  it('takes a plain specification, of any size', async () => {
    const { document } = await draw('plain', { width: 300, height: 200, marks: [] });
    expect(document.querySelector('svg')!.getAttribute('width')).toBe('300');
  });

  it('names the figure that cannot be drawn', async () => {
    const broken = figure(() => {
      throw new TypeError('points is not iterable');
    });
    await expect(renderFigure('loss', broken)).rejects.toThrow('figure "loss" cannot be drawn: points is not iterable');
  });
});
