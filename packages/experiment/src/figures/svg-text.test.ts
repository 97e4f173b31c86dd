import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../context.ts';
import { renderFigure } from './render.ts';
import { readSvg } from './stored-svg.ts';

/** @throws where a text is no well-formed XML */
function parseXml(text: string) {
  return new DOMParser({
    onError(level, message) {
      // It warns of characters that stand in for others.
      if (level !== 'warning') throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(text, 'image/svg+xml');
}

const draw = (plot: Figure['plot'], title = 'T', name = 'f') => renderFigure(name, { title, caption: title, plot });
const rows = [{ x: 1, y: 2, name: 'a' }];

describe('a figure', () => {
  it('is well-formed XML, whatever text it holds', async () => {
    await renderFigure('f', { title: 'T', caption: 'C', plot: { marks: [] } });
    const text = fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", ']]>', '\0', '\x0b', '\ud800', '\ufffe', 'ü', '\n', '😀'),
    });
    await fc.assert(
      fc.asyncProperty(text, async (words) => {
        const svg = await draw(
          (Plot) => ({
            x: { label: words },
            marks: [Plot.dot(rows, { x: 'x', y: 'y', title: () => words, ariaLabel: words })],
          }),
          words,
        );
        const title = parseXml(svg).getElementsByTagName('title').item(0);
        const kept = words.replaceAll(/(?!\n)\p{Cc}|\ufffe|\p{Surrogate}/gu, '\ufffd');
        expect(title?.textContent).toBe(kept);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    ' java\nscript:alert(1)',
    '\x01javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
  ])('can not link to %j', async (href) => {
    const linked = draw((Plot) => ({ marks: [Plot.dot(rows, { x: 'x', y: 'y', href: () => href })] }));
    await expect(linked).rejects.toThrow(
      /^experiment: figure "f" cannot be drawn: href=".*" can't stand in it; links may be/s,
    );
  });

  it.each(['https://example.org/?a=1&b=<', 'http://example.org', '#f-title', 'notes/a.html', '../b:c', '?q'])(
    'links to %j',
    async (href) => {
      const svg = await draw((Plot) => ({ marks: [Plot.dot(rows, { x: 'x', y: 'y', href: () => href })] }));
      const link = parseXml(svg).getElementsByTagName('a').item(0);
      expect(link?.getAttribute('href')).toBe(href.replace(/^#/, '#f-'));
    },
  );

  it('shows pictures that it holds itself, and no others', async () => {
    const png = 'data:image/png;base64,iVBORw0KGgo=';
    const svg = await draw((Plot) => ({ marks: [Plot.image(rows, { x: 'x', y: 'y', src: () => png })] }));
    expect(parseXml(svg).getElementsByTagName('image').item(0)?.getAttribute('href')).toBe(png);
    const fetched = draw((Plot) => ({
      marks: [Plot.image(rows, { x: 'x', y: 'y', src: () => 'https://example.org/a.png' })],
    }));
    await expect(fetched).rejects.toThrow('pictures are data: addresses of images');
  });

  it('comes back from its file as it was, but for the style sheet, with marks of every kind', async () => {
    const svg = await draw((Plot) => ({
      marginLeft: 50,
      color: { legend: true },
      marks: [
        Plot.ruleY([0]),
        Plot.areaY(rows, { x: 'x', y: 'y', fillOpacity: 0.2 }),
        Plot.lineY(rows, { x: 'x', y: 'y', marker: true, stroke: 'name', strokeDasharray: '2,3' }),
        Plot.barX(rows, { x: 'x', fill: 'y', mixBlendMode: 'multiply' }),
        Plot.text(rows, { x: 'x', y: 'y', text: 'name', rotate: 30 }),
        Plot.dot(rows, { x: 'x', y: 'y', symbol: 'name', title: 'name', clip: true }),
      ],
    }));
    const stored = readSvg(svg);
    expect(stored?.refused).toEqual([]);
    const narrow = /(?<=<\/g>)<svg .*<\/svg>(?=<\/svg>\n$)/s;
    expect(`${stored?.text}\n`).toBe(svg.replace(/<style>.*?<\/style>/s, '').replace(narrow, ''));
    expect(stored?.narrow).toBe(narrow.exec(svg)?.[0].replace(' display="none"', ''));
  });
});

describe('readSvg', () => {
  it.each([
    ['<script>alert(1)</script>', '<script>'],
    ['<g><script href="https://example.org/a.js"/></g>', '<script>'],
    ['<rect onclick="alert(1)"/>', 'onclick'],
    ['<rect ONLOAD="alert(1)"/>', 'ONLOAD'],
    ['<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe/></body></foreignObject>', '<foreignObject>'],
    ['<a href="javascript:alert(1)">x</a>', 'href="javascript:alert(1)"'],
    ['<a xlink:href="java&#9;script:alert(1)">x</a>', 'href="java\tscript:alert(1)"'],
    ['<use href="https://example.org/a.svg#x"/>', 'href="https://example.org/a.svg#x"'],
    ['<image href="https://example.org/a.png"/>', 'href="https://example.org/a.png"'],
    ['<image href="data:image/svg+xml;base64,PHN2Zz4="/>', 'href="data:image/svg+xml;base64,PHN2Zz4="'],
    ['<rect fill="url(https://example.org/a)"/>', 'fill'],
    ['<rect style="background: url(https://example.org/a)"/>', 'style'],
    ['<rect style="fill: \\75rl(x)"/>', 'style'],
    ['<style>.unbraid-figure { color: red } .notice { display: none }</style>', '<style>'],
    ['<svg class="unbraid-figure narrow"><script>alert(1)</script></svg>', '<script>'],
    ['<style>@import "https://example.org/a.css";</style>', '<style>'],
    ['<set attributeName="href" to="javascript:alert(1)"/>', '<set>'],
    ['<animate attributeName="href" values="javascript:alert(1)"/>', '<animate>'],
    ['<title><img src="x" onerror="alert(1)"/></title>', '<img>'],
    ['<g srcdoc="x"/>', 'srcdoc'],
  ])('leaves the harm out of %s', (markup, refused) => {
    const found = readSvg(`<svg xmlns="http://www.w3.org/2000/svg">${markup}<circle r="1"/></svg>`)!;
    expect(found.refused).toEqual([refused]);
    expect(found.text).not.toMatch(
      /script|example\.org|onclick|onload|onerror|foreignObject|iframe|url\(|import|75rl/i,
    );
    expect(found.text).toContain('<circle r="1"></circle>');
    parseXml(found.text);
  });

  it('takes what looks like markup for the text that it is', () => {
    const found = readSvg(
      '<svg><title>&lt;/title>&lt;script>alert(1)&lt;/script></title><!-- <script> --><![CDATA[<b>]]></svg>',
    )!;
    expect(found.text).toBe('<svg><title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>&lt;b&gt;</svg>');
  });

  it('stops at a depth that no drawing has', () => {
    const found = readSvg(`<svg>${'<g>'.repeat(20_000)}${'</g>'.repeat(20_000)}</svg>`)!;
    expect(found.refused).toEqual(['<g>']);
  });

  it.each(['', 'text', '<html><svg/></html>', '{"a": 1}', '\0'])('says that %j is no SVG', (text) => {
    expect(readSvg(text)).toBeUndefined();
  });
});
