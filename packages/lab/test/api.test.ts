import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunDetail, RunList, Series, SeriesList } from '../src/api.ts';
import { temporaryFolder } from './folders.ts';
import { makeRun } from './runs.ts';
import { served } from './served.ts';

const lines = Array.from({ length: 1000 }, (_, step) => ({ step, loss: 1 / (step + 1), kind: step % 2 ? 'a' : 'b' }));
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><script>alert(2)</script><path d="M0 0"/></svg>';

/** A run that has put out everything that there is. */
function wholeRun(folder: string, name = 'run'): string {
  const directory = makeRun(join(folder, name), {
    lines,
    summary: { loss: 0.001, worst: 'NaN' },
    settings: { width: 8, widths: [1, 2] },
    about: {
      summary: { loss: 'The last loss' },
      settings: [{ name: 'width', type: 'integer', default: 4, description: 'Units' }],
      metrics: { loss: { description: 'mean loss', unit: 'nats', x: 'step', by: ['kind'] } },
    },
  });
  const bytes = Buffer.from([0, 1, 255]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const outputs = {
    figures: [{ name: 'curve', title: 'Curve', caption: 'A curve.' }],
    tables: [{ name: 'sums', title: 'Sums', columns: ['a'], rows: [['<b>'], [1]] }],
    artifacts: [{ name: 'model.bin', bytes: 3, sha256 }],
  };
  writeFileSync(join(directory, 'outputs.json'), JSON.stringify(outputs));
  writeFileSync(join(directory, 'figures', 'curve.svg'), svg);
  mkdirSync(join(directory, 'artifacts'));
  writeFileSync(join(directory, 'artifacts', 'model.bin'), bytes);
  writeFileSync(join(directory, 'report.html'), '<!doctype html><title>R</title><script>alert(3)</script>');
  return directory;
}

async function withRun() {
  const folder = temporaryFolder();
  const directory = wholeRun(folder);
  const all = await served({ places: [folder] });
  const { runs } = await all.json<RunList>('/api/runs');
  return { ...all, folder, directory, id: runs[0]!.id };
}

it('lists runs with settings and summary, and tells of a run all that there is', async () => {
  const { json, id, folder } = await withRun();
  expect(await json('/api/lab')).toEqual({ version: '0.1.0', readOnly: false, canStart: false, places: [folder] });
  const { runs, event } = await json<RunList>('/api/runs');
  expect(runs).toMatchObject([{ settings: { width: 8, widths: '[1,2]' }, summary: { loss: 0.001, worst: 'NaN' } }]);
  expect(event).toMatch(/^[\da-f]{12}-0$/);
  expect(await json<RunDetail>(`/api/runs/${id}`)).toEqual({
    run: runs[0],
    paper: 'none',
    description: 'A run that was made.',
    command: 'unbraid run test/made',
    settings: [{ name: 'width', type: 'integer', default: 4, value: 8, description: 'Units' }],
    meanings: { loss: 'The last loss' },
    metrics: [
      { name: 'loss', description: 'mean loss', unit: 'nats', x: 'step', by: ['kind'], count: 1000, last: 0.001 },
    ],
    lines: 1000,
    offset: lines.reduce((sum, line) => sum + JSON.stringify(line).length + 1, 0),
    event: expect.stringMatching(/^[\da-f]{12}-0-0-1000$/),
    figures: [{ name: 'curve', title: 'Curve', caption: 'A curve.' }],
    tables: [{ name: 'sums', title: 'Sums', columns: ['a'], rows: [['<b>'], [1]] }],
    artifacts: [{ name: 'model.bin', bytes: 3, sha256: expect.stringMatching(/^[\da-f]{64}$/) }],
    machine: expect.arrayContaining([['Processor', 'A, 2 cores']]),
    hasReport: true,
  });
});

it('gives curves of one run and of many, and windows of them', async () => {
  const { json, id } = await withRun();
  const series = await json<Series>(`/api/runs/${id}/series?metric=loss&points=100`);
  expect(series).toMatchObject({ id, metric: 'loss', x: 'step', unit: 'nats', leftOut: 0, lines: 1000 });
  expect(series.curves.map(({ key, total, sampled }) => [key, total, sampled])).toEqual([
    [{ kind: 'b' }, 500, true],
    [{ kind: 'a' }, 500, true],
  ]);
  const near = await json<Series>(`/api/runs/${id}/series?metric=loss&points=100&from=10&to=12`);
  expect(near.curves[0]).toEqual({
    key: { kind: 'b' },
    x: [8, 10, 12, 14],
    y: [1 / 9, 1 / 11, 1 / 13, 1 / 15],
    total: 4,
    sampled: false,
  });
  const many = await json<SeriesList>(`/api/series?ids=${id},${id}&metric=loss&points=100`);
  expect(many.series).toEqual([series, series]);
  expect(await json(`/api/series?ids=&metric=loss`)).toEqual({ series: [] });
});

it('pages through lines', async () => {
  const { json, id, directory } = await withRun();
  expect(await json(`/api/runs/${id}/log?from=510&limit=3`)).toEqual({
    from: 510,
    lines: lines.slice(510, 513),
    total: 1000,
  });
  expect(await json(`/api/runs/${id}/log?from=1000`)).toEqual({ from: 1000, lines: [], total: 1000 });
  appendFileSync(
    join(directory, 'metrics.jsonl'),
    `not JSON\n{"a":null,"b":[1],"c":"NaN"}\n[1]\n${'x'.repeat(2 ** 20 + 1)}\n{"half":`,
  );
  expect(await json(`/api/runs/${id}/log?from=1000`)).toEqual({
    from: 1000,
    lines: [
      { unreadable: 'no JSON object' },
      { b: '[1]', c: 'NaN' },
      { unreadable: 'no JSON object' },
      { unreadable: 'a line of more than 1 MiB' },
    ],
    total: 1004,
  });
});

it('gives drawings with nothing in them but a drawing, reports in a sandbox, and files as downloads', async () => {
  const { ask, id } = await withRun();
  const figure = await ask(`/api/runs/${id}/figures/curve`);
  expect(figure.headers.get('content-type')).toBe('image/svg+xml');
  const text = await figure.text();
  expect(text).toContain('d="M0 0"');
  expect(text).not.toMatch(/alert|onload|<script/);
  const report = await ask(`/api/runs/${id}/report`);
  for (const { headers } of [figure, report])
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  const artifact = await ask(`/api/runs/${id}/artifacts/model.bin`);
  expect([...new Uint8Array(await artifact.arrayBuffer())]).toEqual([0, 1, 255]);
  expect(artifact.headers.get('content-disposition')).toBe(
    'attachment; filename="model.bin"; filename*=UTF-8\'\'model.bin',
  );
  const metrics = await ask(`/api/runs/${id}/metrics`);
  expect(metrics.headers.get('content-disposition')).toContain('attachment; filename="run-metrics.jsonl"');
  expect((await metrics.text()).trimEnd().split('\n')).toHaveLength(1000);
  for (const { headers } of [artifact, metrics]) {
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

it.skipIf(process.platform !== 'linux')(
  'leaves no file open of a download that nobody reads, or reads to its end',
  async () => {
    const { ask, id, directory } = await withRun();
    writeFileSync(join(directory, 'artifacts', 'model.bin'), Buffer.alloc(2 ** 24));
    const path = `/api/runs/${id}/artifacts/model.bin`;
    const open = () =>
      readdirSync('/proc/self/fd').filter((name) => {
        try {
          return readlinkSync(`/proc/self/fd/${name}`).endsWith('model.bin');
        } catch {
          return false;
        }
      }).length;
    for (let i = 0; i < 5; i++) {
      const head = await ask(path, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(2 ** 24)]);
    }
    await expect.poll(open).toBe(0);
    const controller = new AbortController();
    const answer = await ask(path, { signal: controller.signal });
    await answer.body!.getReader().read();
    expect(open()).toBe(1);
    controller.abort();
    await expect.poll(open).toBe(0);
    expect((await (await ask(path)).arrayBuffer()).byteLength).toBe(2 ** 24);
    expect(open()).toBe(0);
  },
);

it('keeps notes and tags as they are, whatever they hold', async () => {
  const { json, send, id } = await withRun();
  const notes = { tags: ['"><img src=x onerror=alert(1)>', '../../etc'], text: '</script>\0\n{{7*7}}' };
  expect(await (await send('PUT', `/api/runs/${id}/notes`, notes)).json()).toEqual(notes);
  expect((await json<RunList>('/api/runs')).runs[0]!.notes).toEqual(notes);
  for (const wrong of [undefined, 1, { tags: 'a', text: '' }, { tags: [], text: '', path: '/etc/passwd' }])
    expect((await send('PUT', `/api/runs/${id}/notes`, wrong)).status).toBe(400);
  expect((await send('PUT', `/api/runs/${id}/notes`, { tags: [], text: 'x'.repeat(2 ** 18) })).status).toBe(400);
});

it.each([
  ['/api/runs/nothing', 404],
  ['/api/runs/ID/figures/nothing', 404],
  ['/api/runs/ID/figures/..%2f..%2fconfig', 404],
  ['/api/runs/ID/artifacts/..%2f..%2f..%2f..%2fetc%2fpasswd', 404],
  ['/api/runs/ID/artifacts/%2e%2e', 404],
  ['/api/runs/..%2f..%2fetc/report', 404],
  ['/api/runs/ID/sweep', 404],
  ['/api/nothing', 404],
  ['/../../package.json', 404],
  ['/..%2f..%2fpackage.json', 404],
  ['/assets/%2e%2e/%2e%2e/package.json', 404],
  ['/assets/..%5c..%5cpackage.json', 404],
  ['/%00', 404],
  ['/api/runs/ID/series', 400],
  ['/api/runs/ID/series?metric=loss&points=3', 400],
  ['/api/runs/ID/series?metric=loss&points=1e9', 400],
  ['/api/runs/ID/series?metric=loss&from=abc', 400],
  ['/api/runs/ID/series?metric=loss&from=Infinity', 400],
  ['/api/runs/ID/log?from=-1', 400],
  ['/api/runs/ID/log?limit=1e6', 400],
  ['/api/series?ids=ID,nothing&metric=loss', 404],
  [`/api/series?metric=loss&ids=${Array.from({ length: 1001 }, () => 'ID').join(',')}`, 400],
  ['/api/events?run=nothing', 404],
])('answers %s with %i and one line', async (path, status) => {
  const { lab, ask, id } = await withRun();
  // As it stands: fetch would leave out dots.
  const answer = await (path.includes('..') ? raw(lab, path.replace('ID', id)) : ask(path.replaceAll('ID', id)));
  expect(answer.status).toBe(status);
  const text = typeof answer.text === 'string' ? answer.text : await answer.text();
  expect(JSON.parse(text)).toEqual({ error: expect.stringMatching(/^.+$/) });
  expect(text).not.toContain('unbraid-lab-');
});

async function raw(lab: { readonly origin: string; readonly token: string }, path: string) {
  const { rawRequest } = await import('./served.ts');
  return rawRequest(lab, path, { authorization: `Bearer ${lab.token}` });
}

it('follows no link out of a run', async () => {
  const { ask, directory, folder, id } = await withRun();
  writeFileSync(join(folder, 'secret.html'), 'secret');
  for (const [path, link] of [
    ['report', 'report.html'],
    ['metrics', 'metrics.jsonl'],
    ['artifacts/model.bin', 'artifacts/model.bin'],
  ] as const) {
    const { rmSync } = await import('node:fs');
    rmSync(join(directory, link));
    symlinkSync(join(folder, 'secret.html'), join(directory, link));
    expect((await ask(`/api/runs/${id}/${path}`)).status).toBe(404);
  }
});

it('shows a run that cannot be read with the reason', async () => {
  const { json, directory, id } = await withRun();
  writeFileSync(join(directory, 'config.json'), '{');
  await expect
    .poll(async () => (await json<RunDetail>(`/api/runs/${id}`)).run)
    .toMatchObject({ status: 'unreadable', error: expect.stringContaining('config.json is damaged') });
  expect(await json<RunDetail>(`/api/runs/${id}`)).toMatchObject({
    lines: 1000,
    settings: [],
    figures: [{ name: 'curve' }],
  });
});
