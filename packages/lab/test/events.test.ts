import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RunDetail, RunList } from '../src/api.ts';
import { temporaryFolder } from './folders.ts';
import { makeRun } from './runs.ts';
import { listen, served } from './served.ts';

async function withRun(count = 3) {
  const folder = temporaryFolder();
  const lines = Array.from({ length: count }, (_, step) => ({ step }));
  const directory = makeRun(join(folder, 'run'), { lines, status: 'interrupted' });
  const all = await served({ places: [folder] });
  const { runs, event } = await all.json<RunList>('/api/runs');
  return { ...all, folder, directory, metrics: join(directory, 'metrics.jsonl'), id: runs[0]!.id, event };
}

const stepsIn = (events: Awaited<ReturnType<typeof listen>>['events']) =>
  events.flatMap(({ event }) => (event.type === 'lines' ? event.lines.map(({ step }) => step) : []));

it('tells of runs after an event of the list, and goes on after the last that was heard', async () => {
  const { ask, folder, directory, id, event } = await withRun();
  const summary = join(directory, 'summary.json');
  const put = (value: object) => {
    writeFileSync(`${summary}.tmp`, JSON.stringify(value));
    renameSync(`${summary}.tmp`, summary);
  };
  put({ loss: 1 });
  const first = await listen(ask, `/api/events?after=${event}`);
  await expect
    .poll(() => first.events.map((each) => each.event))
    .toMatchObject([{ type: 'run', run: { id, summary: { loss: 1 } } }]);
  first.stop();
  makeRun(join(folder, 'other'));
  put({ loss: 2 });
  const second = await listen(ask, `/api/events?after=${event}`, { 'last-event-id': first.events.at(-1)!.id });
  await expect.poll(() => second.events.length).toBe(2);
  expect(second.events.map(({ event: each }) => each.type)).toEqual(['run', 'run']);
  rmSync(directory, { recursive: true });
  await expect.poll(() => second.events.at(-1)?.event).toEqual({ type: 'gone', id });
});

it('says again where it cannot go on', async () => {
  const { ask } = await withRun();
  for (const id of ['0123456789ab-0', 'nonsense', '']) {
    const { events } = await listen(ask, '/api/events', { 'last-event-id': id });
    await expect.poll(() => events.map(({ event }) => event)).toEqual([{ type: 'again' }]);
  }
});

it('tells lines of the run that is watched, each once, also over a pause', async () => {
  const { ask, json, metrics, id } = await withRun();
  const { event } = await json<RunDetail>(`/api/runs/${id}`);
  appendFileSync(metrics, '{"step":3}\n{"step":4}\n{"st');
  const path = `/api/events?run=${id}&after=${event}`;
  const first = await listen(ask, path);
  await expect.poll(() => stepsIn(first.events)).toEqual([3, 4]);
  expect(first.events[0]!.event).toMatchObject({ first: 3, offset: 55 });
  first.stop();
  appendFileSync(metrics, 'ep":5}\n{"step":6}\n');
  const second = await listen(ask, path, { 'last-event-id': first.events.at(-1)!.id });
  await expect.poll(() => stepsIn(second.events)).toEqual([5, 6]);
  appendFileSync(metrics, '{"step":7}\n');
  await expect.poll(() => stepsIn(second.events)).toEqual([5, 6, 7]);
});

it('tells 10,000 lines that come at once, and bids one that is too far behind to ask anew', async () => {
  const { ask, json, metrics, id } = await withRun();
  const { event } = await json<RunDetail>(`/api/runs/${id}`);
  const path = `/api/events?run=${id}&after=${event}`;
  const { events } = await listen(ask, path);
  const more = (from: number, count: number) =>
    appendFileSync(metrics, Array.from({ length: count }, (_, i) => `{"step":${from + i}}\n`).join(''));
  more(3, 10_000);
  await expect.poll(() => stepsIn(events).length, { timeout: 10_000 }).toBe(10_000);
  expect(stepsIn(events)).toEqual(Array.from({ length: 10_000 }, (_, i) => 3 + i));
  more(10_003, 50_000);
  const late = await listen(ask, path);
  await expect.poll(() => late.events.map(({ event: each }) => each.type), { timeout: 10_000 }).toContain('again');
});

it('tells that lines were written anew', async () => {
  const { ask, json, metrics, id } = await withRun();
  const { event } = await json<RunDetail>(`/api/runs/${id}`);
  const { events } = await listen(ask, `/api/events?run=${id}&after=${event}`);
  // By now it watches.
  appendFileSync(metrics, '{"step":3}\n');
  await expect.poll(() => stepsIn(events)).toEqual([3]);
  writeFileSync(metrics, '{"step":9}\n');
  await expect.poll(() => events.map(({ event: each }) => each.type)).toEqual(['lines', 'restart', 'lines']);
  expect(stepsIn(events)).toEqual([3, 9]);
});

it('holds nothing for one who does not read', async () => {
  const { lab, metrics, id } = await withRun();
  const { hostname, port } = new URL(lab.origin);
  const lazy = connect(Number(port), hostname);
  lazy.pause();
  lazy.write(`GET /api/events?run=${id} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${lab.token}\r\n\r\n`);
  await pause(300);
  const before = process.memoryUsage().rss;
  const text = JSON.stringify({ text: 'x'.repeat(1000) });
  for (let i = 0; i < 40; i++) {
    appendFileSync(metrics, `${text}\n`.repeat(1000));
    await pause(20);
  }
  await pause(500);
  // 40 MB of lines: what is held is their columns, a few pages, and the system's buffers.
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  lazy.destroy();
});
