import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LabEvent, RunList, SeriesList } from '@unbraid/lab';
import type { BenchmarkOptions } from '../../benchmark.ts';
import { progress } from '../../progress.ts';
import { limitRow, type Row } from '../../row.ts';
import { makeLabRun, makeLabRuns } from '../../tasks/lab.ts';
import { type LabProcess, type LabTask, startLab } from '../../tasks/lab-server.ts';

const RUNS = 1000;
const ASKED = [{ name: 'what is asked for' }];

/** Kept between calls where it is named: a hundred million lines take minutes to write, and to be read for the first time. */
const KEPT = process.env.UNBRAID_BENCH_LAB;

/** What the server of `unbraid lab` takes: lists, curves of many runs, a line on its way to a page, memory over a day. */
export async function serverRows(options: BenchmarkOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of [lists, curves(10_000), curves(100_000), latency, day]) rows.push(...(await part(options)));
  return rows;
}

const limit = (row: string, unit: string, most: number | null, ours: readonly number[], note?: string): Row =>
  most === null
    ? { ...limitRow({ row, peer: '–', unit, goal: null, note }, Number.NaN, ours), theirs: null, ratio: null }
    : limitRow({ row, peer: ASKED[0]!.name, unit, goal: 1, note }, most, ours);

async function timed<T>(work: () => Promise<T>): Promise<readonly [milliseconds: number, value: T]> {
  const began = performance.now();
  const value = await work();
  return [performance.now() - began, value];
}

async function listOf(server: LabProcess): Promise<RunList> {
  const list = (await (await server.get('/api/runs')).json()) as RunList;
  if (list.runs.length < RUNS) throw new Error(`bench: the lab lists ${list.runs.length} runs, not ${RUNS}`);
  return list;
}

async function lists({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const name = `list of ${RUNS.toLocaleString('en-US')} runs`;
  if (choice.of(name, ASKED).length === 0) return [];
  progress(name);
  const task: LabTask = { places: [join(folder, 'short')], cache: join(folder, 'cache-short') };
  makeLabRuns(task.places[0]!, { runs: RUNS, lines: 20 });
  const [cold, warm, asked, processor]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let run = 0; run < runs; run++) {
    rmSync(task.cache, { recursive: true, force: true });
    for (const times of [cold, warm]) {
      const server = await startLab(task);
      const [first] = await timed(() => listOf(server));
      times.push(server.milliseconds + first);
      if (times === warm) {
        processor.push(server.processorMs);
        for (let i = 0; i < 5; i++) asked.push((await timed(() => listOf(server)))[0]);
      }
      await server.close();
    }
  }
  return [
    limit(`${name}, by a server that starts with its index`, 'ms', 200, warm, 'from serveLab to the parsed answer'),
    limit(
      `${name}, by a server that starts with its index: processor time`,
      'ms',
      null,
      processor,
      'of serveLab alone',
    ),
    limit(`${name}, by a server that starts without`, 'ms', null, cold, 'every run is read'),
    limit(`${name}, by a server that runs`, 'ms', 200, asked),
  ];
}

const curves =
  (lines: number) =>
  async ({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> => {
    const name = `curves of ${RUNS.toLocaleString('en-US')} runs × ${lines.toLocaleString('en-US')} points`;
    if (choice.of(name, ASKED).length === 0) return [];
    const base = KEPT ?? folder;
    const task: LabTask = { places: [join(base, `runs-${lines}`)], cache: join(base, `cache-${lines}`) };
    progress(`${name}: making the runs`);
    makeLabRuns(task.places[0]!, { runs: RUNS, lines });
    const isFirst = !existsSync(task.cache);
    const server = await startLab(task);
    try {
      const ids = (await listOf(server)).runs.map(({ id }) => id).join(',');
      const ask = (query: string) =>
        timed(async () => {
          const answer = await server.get(`/api/series?ids=${ids}&metric=loss&${query}`);
          return (await answer.json()) as SeriesList;
        });
      progress(`${name}: the first time`);
      const [first] = await ask('points=200');
      await settled(server, ids);
      const times: number[] = [];
      const near: number[] = [];
      for (let run = 0; run < runs; run++) {
        progress(`${name}: run ${run + 1} of ${runs}`);
        const [milliseconds, { series }] = await ask('points=200');
        if (series.some(({ curves: [curve] }) => curve?.total !== lines)) throw new Error('bench: points are missing');
        times.push(milliseconds);
        near.push((await ask(`points=200&from=${lines / 2}&to=${lines / 2 + 100}`))[0]);
      }
      return [
        limit(`${name}, levels cached`, 'ms', 1500, times, '200 points of each, from the request to the parsed answer'),
        limit(`${name}: 100 points of each, all shown`, 'ms', 1500, near, 'a window of the same'),
        ...(isFirst ? [limit(`${name}: the first time`, 's', null, [first / 1000], 'every line is read, once')] : []),
      ];
    } finally {
      await server.close();
    }
  };

/** Waits until levels are written: behind the first answer. */
async function settled(server: LabProcess, ids: string): Promise<void> {
  for (let before = 0; ; await pause(500)) {
    const [milliseconds] = await timed(async () =>
      (await server.get(`/api/series?ids=${ids}&metric=loss&points=4`)).json(),
    );
    if (before > 0 && Math.abs(milliseconds - before) < 0.3 * before) return;
    before = milliseconds;
  }
}

/** Adds lines to a run, and hears when a reader of its events has them. */
async function follower(server: LabProcess, id: string) {
  const controller = new AbortController();
  const answer = await server.get(`/api/events?run=${id}`, controller.signal);
  let heard = 0;
  const waiting = new Map<number, (now: number) => void>();
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const part of answer.body!) {
      text += decoder.decode(part as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        const event = data === undefined ? undefined : (JSON.parse(data) as LabEvent);
        if (event?.type !== 'lines') continue;
        heard += event.lines.length;
        for (const line of event.lines) waiting.get(Number(line.step))?.(performance.now());
      }
    }
  };
  read().catch(() => undefined);
  // By the time that this has come it hears lines.
  await pause(500);
  return {
    heard: () => heard,
    arrival: (step: number) => new Promise<number>((resolve) => waiting.set(step, resolve)),
    close: () => controller.abort(),
  };
}

async function latency({ folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const name = 'a line on its way to a page';
  if (choice.of(name, ASKED).length === 0) return [];
  const place = join(folder, 'live');
  makeLabRun(join(place, 'run'), 0, 10, 'interrupted');
  const server = await startLab({ places: [place], cache: join(folder, 'cache-live') });
  try {
    const { runs } = (await (await server.get('/api/runs')).json()) as RunList;
    const reader = await follower(server, runs[0]!.id);
    const times: number[] = [];
    for (let step = 1000; step < 1200; step++) {
      const arrived = reader.arrival(step);
      const began = performance.now();
      appendFileSync(join(place, 'run', 'metrics.jsonl'), `{"step":${step},"loss":1}\n`);
      times.push((await arrived) - began);
      await pause(10 + ((step * 37) % 50));
    }
    reader.close();
    const sorted = times.toSorted((a, b) => a - b);
    return [
      limit(
        `${name}: p95`,
        'ms',
        250,
        [sorted[Math.floor(0.95 * sorted.length)]!],
        '200 lines that are appended one by one, to the parsed event',
      ),
      limit(`${name}: median`, 'ms', null, times),
    ];
  } finally {
    await server.close();
  }
}

/** A line a second. */
const DAY = 86_400;
const AT_ONCE = 60;

async function day({ folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const name = 'memory over a day’s lines';
  if (choice.of(name, ASKED).length === 0) return [];
  const place = join(folder, 'day');
  const count = 4;
  for (let run = 0; run < count; run++) makeLabRun(join(place, `run-${run}`), run, 10, 'interrupted');
  const server = await startLab({ places: [place], cache: join(folder, 'cache-day') });
  try {
    const { runs } = (await (await server.get('/api/runs')).json()) as RunList;
    const readers = await Promise.all(runs.map(({ id }) => follower(server, id)));
    // One who never reads.
    const lazy = new AbortController();
    await server.get(`/api/events?run=${runs[0]!.id}`, lazy.signal);
    const sizes: number[] = [];
    for (let step = 0; step < DAY; step += AT_ONCE) {
      const text = Array.from(
        { length: AT_ONCE },
        (_, i) => `{"step":${step + i},"loss":${1 / (1 + step + i)}}\n`,
      ).join('');
      for (let run = 0; run < count; run++) appendFileSync(join(place, `run-${run}`, 'metrics.jsonl'), text);
      // As fast as they are read: none falls behind by more than it may.
      while (readers.some((reader) => step + AT_ONCE - reader.heard() > 2000)) await pause(5);
      if (step % (DAY / 10) === 0) {
        sizes.push((await server.memory()) / 1e6);
        progress(`${name}: ${step / (DAY / 24)} hours, ${sizes.at(-1)!.toFixed(0)} MB`);
      }
    }
    while (readers.some((reader) => reader.heard() < DAY)) await pause(20);
    sizes.push((await server.memory()) / 1e6);
    for (const reader of readers) reader.close();
    lazy.abort();
    const half = sizes.slice(sizes.length / 2);
    return [
      limit(
        `${name}: growth in the second half`,
        'MB',
        32,
        [half.at(-1)! - half[0]!],
        `${count} runs with a line a second, as fast as they are read; the columns of a line are 24 bytes of it`,
      ),
      limit(`${name}: at the end`, 'MB', null, [sizes.at(-1)!]),
    ];
  } finally {
    await server.close();
  }
}
