import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../run/config.ts';
import { type ReportContent, renderPage } from './page.ts';

const config: RunConfig = {
  format: 1,
  experiment: 'galu/memorize',
  preset: 'short',
  config: { m: [1000, 2000], rate: 0.123456789 },
  seed: 3,
  overrides: {},
  command: "npx unbraid run galu/memorize --set 'm=[1000]' <x>",
  started: '2026-01-02T03:04:05.000Z',
  versions: { node: '20.20.2', onnxruntime: '1.30.0' },
  machine: { cpu: 'A CPU & more', cores: 2, memoryGiB: 15.6, os: 'Linux' },
  about: {
    title: 'Memorization <script>alert(1)</script>',
    paper: 'arXiv 1906.05032',
    description: 'What & why',
    settings: [
      { name: 'm', type: 'list', default: [1], description: 'Samples' },
      { name: 'rate', type: 'number', default: 1, description: 'Rate' },
    ],
    summary: { best: 'The best <b>accuracy</b>' },
  },
};

const content: ReportContent = {
  config,
  state: { status: 'done', seconds: 185 },
  summary: { best: 0.97125 },
  outputs: {
    figures: [
      { name: 'curve', title: 'Curve', caption: 'Goes "up" & <on>' },
      { name: 'lost', title: 'Lost', caption: '' },
    ],
    tables: [{ name: 't', title: 'By k', columns: ['k', 'net'], rows: [[12000, '<galu>']] }],
    artifacts: [],
  },
  drawings: new Map([['curve', { text: '<svg role="img"><title>Curve</title></svg>', refused: [] }]]),
};

const page = (changes: Partial<ReportContent> = {}) => {
  const text = renderPage({ ...content, ...changes });
  return { text, document: parseHTML(text).document };
};

describe('renderPage', () => {
  it('lists the files that the run made', () => {
    const artifacts = [{ name: 'model.onnx', bytes: 1234, sha256: 'abc' }];
    const { document } = page({ outputs: { ...content.outputs, artifacts } });
    const table = document.querySelector('[aria-labelledby="table::artifacts"] tbody')!;
    expect([...table.querySelectorAll('td, th')].map((cell) => cell.textContent)).toEqual([
      'artifacts/model.onnx',
      '1,234',
      'abc',
    ]);
  });

  it('shows results with their meaning, settings as they were set, and how to run it again', () => {
    const { document } = page();
    const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent?.trim()),
    );
    expect(rows).toEqual([
      ['best', '0.97125', 'The best <b>accuracy</b>'],
      ['12,000', '<galu>'],
      ['m', '[1000, 2000]', '[1]', 'Samples'],
      ['rate', '0.123456789', '1', 'Rate'],
    ]);
    expect(document.querySelector('pre')?.textContent).toBe(config.command);
    const facts = [...document.querySelectorAll('dd')].map((fact) => fact.textContent);
    expect(facts).toEqual([
      '2026-01-02T03:04:05.000Z',
      '3 min 5 s',
      'A CPU & more, 2 cores, 15.6 GiB of memory, Linux',
      'node 20.20.2, onnxruntime 1.30.0',
    ]);
  });

  it('runs nothing and asks for nothing', () => {
    const { text, document } = page();
    expect(document.querySelectorAll('script, link, img, iframe, object')).toHaveLength(0);
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toMatch(/@import|url\(/);
  });

  it('holds the drawings, and says which are missing', () => {
    const { document } = page();
    expect(document.querySelector('figure#curve svg title')?.textContent).toBe('Curve');
    expect(document.querySelector('figcaption')?.textContent).toBe('Goes "up" & <on>');
    expect(document.querySelector('.notice')?.textContent).toContain('figures/lost.svg is missing or no SVG');
  });

  it('has a policy that keeps scripts out and the network away, and comes before everything else', () => {
    const { text, document } = page();
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
    expect(policy).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    );
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<title>'));
  });

  it('shows the narrow drawing beside the wide one, for the style sheet to choose', () => {
    const both = new Map([['curve', { text: '<svg></svg>', narrow: '<svg class="narrow"></svg>', refused: [] }]]);
    expect(page({ drawings: both }).document.querySelectorAll('figure.both > svg')).toHaveLength(2);
    expect(page().document.querySelectorAll('figure.both')).toHaveLength(0);
  });

  it('keeps captions out of what scrolls, and numbers that are text to the right', () => {
    const table = { name: 't', title: 'By `k`', caption: 'See `k`', columns: ['net', 'loss'], rows: [['a', '0.50']] };
    const { document } = page({ outputs: { figures: [], tables: [table], artifacts: [] } });
    const scroll = document.querySelector('[aria-labelledby="table:t"]')!;
    expect(scroll.textContent).not.toContain('See');
    expect(document.getElementById('table:t:caption')?.innerHTML).toBe('See <code>k</code>');
    expect(scroll.querySelector('table')?.getAttribute('aria-describedby')).toBe('table:t:caption');
    expect([...scroll.querySelectorAll('.number')].map((cell) => cell.textContent)).toEqual(['loss', '0.50']);
    expect(document.getElementById('table:t')?.innerHTML).toBe('By <code>k</code>');
  });

  it('says what was left out of a drawing', () => {
    const drawings = new Map([['curve', { text: '<svg></svg>', refused: ['<script>', 'onload'] }]]);
    expect(page({ drawings }).document.querySelector('figure .notice')?.textContent).toBe(
      'Left out of this drawing, which a drawing has no need of: <script>, onload.',
    );
  });

  it('explains no result that is called like a part of every object', () => {
    const summary = JSON.parse('{"best": 1, "constructor": 2, "__proto__": 3}');
    const cells = [...page({ summary }).document.querySelectorAll('tbody tr')].slice(0, 3);
    expect(cells.map((row) => row.textContent?.replaceAll(/\s+/g, ' ').trim())).toEqual([
      expect.stringContaining('The best'),
      'constructor 2',
      '__proto__ 3',
    ]);
  });

  it.each([
    [
      'one',
      [config],
      'The same numbers again, on the same processor (A CPU & more) with 2 threads and the same versions:',
    ],
    [
      'several',
      [config, { ...config, versions: { node: '22' } }],
      'Parts of this run were computed in each of these surroundings',
    ],
  ])('says where the same numbers come from after %s', (_, environments, words) => {
    const { document } = page({ state: { status: 'done', seconds: 1, environments } });
    expect(document.body.textContent).toContain(words);
    const facts = [...document.querySelectorAll('dt')].map((fact) => fact.textContent);
    expect(facts.filter((fact) => fact === 'Machine')).toHaveLength(environments.length);
  });

  it('says when a run is not done', () => {
    const { document } = page({ state: { status: 'failed', seconds: 1, error: 'galu: k is <0>' }, summary: undefined });
    expect(document.querySelector('[role=status]')?.textContent).toBe(
      'This run has failed (galu: k is <0>): what follows is incomplete.',
    );
    expect(document.body.textContent).not.toContain('Summary');
  });
});
