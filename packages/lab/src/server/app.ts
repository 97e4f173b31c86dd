import { join } from 'node:path';
import { StateError } from '@unbraid/checks';
import type { Experiment } from '@unbraid/experiment';
import { readFigure, runFiles } from '@unbraid/experiment/directory';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Lab, LogPage, RunDetail, RunList, SeriesList } from '../api.ts';
import type { LabDatabase } from '../database/open-lab-store.ts';
import { localWorkers } from '../runs/local-workers.ts';
import { checkNotes, writeNotes } from '../runs/notes.ts';
import { openRegular } from '../runs/open-regular.ts';
import { forEachOf } from '../runs/quick-files.ts';
import type { RunStore, StoredRun } from '../runs/run-store.ts';
import type { SeriesStore } from '../series/series-store.ts';
import type { Access } from './access.ts';
import { eventId, eventStream, heardOf, type StreamParts } from './event-stream.ts';
import { failureOf, notFound, wrong } from './failure.ts';
import { formOf } from './forms.ts';
import { SHOWN_POLICY, secureHeaders } from './headers.ts';
import type { Launcher } from './launcher.ts';
import { numberIn } from './query.ts';
import { describeRun, outputsOf } from './run-detail.ts';
import { sendDownload } from './send-file.ts';
import { checkRequest } from './start-request.ts';
import { type StaticFile, sendStatic } from './static-files.ts';
import { createSweepReader } from './sweep-detail.ts';
import { unbuiltPage } from './unbuilt-page.ts';

/** What the application is made of. */
export interface AppParts extends StreamParts {
  /** What is at work here, now. */
  lab(): Lab;
  readonly store: RunStore;
  /** The database whose runs are shown besides. */
  readonly database: LabDatabase | undefined;
  readonly series: SeriesStore;
  readonly access: Access;
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Where runs can be started; undefined where they can't. */
  readonly starting: Starting | undefined;
}

/** What runs are started of and by. */
export interface Starting {
  readonly experiments: Experiments;
  readonly launcher: Launcher;
}

/** The experiments that there are. */
export interface Experiments {
  list(): Promise<readonly Experiment[]>;
  /** Throws where there is none of the name. */
  find(name: string): Promise<Experiment>;
}

/** Bytes of what is sent to us: notes and settings. */
const MOST_BODY_BYTES = 2 ** 18;
const MOST_IDS = 1000;
const MOST_POINTS = 20_000;
const MOST_LINES = 2000;
const AT_ONCE = 32;

/** All that the lab answers to. */
export function createApp(parts: AppParts): Hono {
  const app = new Hono();
  app.onError(failureOf);
  app.notFound((c) => failureOf(notFound('thing'), c));
  app.use(secureHeaders, parts.access.guard);
  addApi(app, parts);
  app.get('/', parts.access.enter);
  app.on(['GET'], ['/', '/*'], (c) => {
    const path = c.req.path === '/' ? '/index.html' : c.req.path;
    const file = parts.files.get(path);
    if (file === undefined) return path === '/index.html' ? unbuiltPage() : failureOf(notFound('page'), c);
    return sendStatic(file, c.req.header('if-none-match'));
  });
  return app;
}

function addApi(app: Hono, parts: AppParts): void {
  const { lab, store, series, board, access, database } = parts;
  const runOf = (id: string): StoredRun => {
    const run = store.get(id);
    if (run === undefined) throw notFound('run');
    return run;
  };
  /** One whose files are to be read. */
  const readable = async (id: string): Promise<StoredRun> => {
    const run = runOf(id);
    await database?.refresh(run);
    return run;
  };
  const api = new Hono();
  api.use(access.know);
  api.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
  });
  api.use(bodyLimit({ maxSize: MOST_BODY_BYTES, onError: (c) => failureOf(wrong('this is too long'), c) }));
  api.use(async (c, next) => {
    if (lab().readOnly && c.req.method !== 'GET' && c.req.method !== 'HEAD')
      throw new HTTPException(403, { message: 'this lab is read-only' });
    await next();
  });

  api.get('/lab', (c) => c.json(lab()));
  api.get('/runs', (c) => {
    const event = eventId(board.epoch, { number: board.newest() });
    const list: RunList = { runs: store.list().map(({ row }) => row), event };
    return c.json(list);
  });
  api.get('/runs/:id', async (c) => c.json(await detailOf(parts, await readable(c.req.param('id')))));
  api.get('/runs/:id/workers', async (c) => {
    const run = runOf(c.req.param('id'));
    return c.json((await database?.workers(run)) ?? (await localWorkers(run)));
  });
  api.get('/runs/:id/series', async (c) => {
    return c.json(
      await series.series(await readable(c.req.param('id')), seriesRequest(c.req.query()), c.req.raw.signal),
    );
  });
  api.get('/series', async (c) => {
    const ids = (c.req.query('ids') ?? '').split(',').filter((id) => id !== '');
    if (ids.length > MOST_IDS) throw wrong(`${ids.length} runs are asked for; ${MOST_IDS} are given at most`);
    const request = seriesRequest(c.req.query());
    const runs = ids.map(runOf);
    const found: SeriesList['series'][number][] = [];
    const { signal } = c.req.raw;
    await forEachOf([...runs.entries()], AT_ONCE, async ([i, run]) => {
      if (signal.aborted) throw new StateError('lab: nobody waits for these curves any more');
      await database?.refresh(run);
      found[i] = await series.series(run, request, signal);
    });
    return c.json({ series: found } satisfies SeriesList);
  });
  api.get('/runs/:id/log', async (c) => {
    const from = numberIn('from', c.req.query('from'), { min: 0, whole: true }) ?? 0;
    const limit = numberIn('limit', c.req.query('limit'), { min: 1, max: MOST_LINES, whole: true }) ?? 200;
    const { lines, total } = await (await series.log(await readable(c.req.param('id')))).page(from, limit);
    return c.json({ from, lines, total } satisfies LogPage);
  });
  api.get('/runs/:id/figures/:name', async (c) => {
    const run = await readable(c.req.param('id'));
    const figure = (await outputsOf(run)).figures.find(({ name }) => name === c.req.param('name'));
    const text = figure && (await readFigure(run.directory, figure.name, c.req.query('narrow') !== undefined));
    if (text === undefined) throw notFound('figure');
    return c.body(text, 200, { 'Content-Type': 'image/svg+xml', 'Content-Security-Policy': SHOWN_POLICY });
  });
  api.get('/runs/:id/artifacts/:name', async (c) => {
    const run = runOf(c.req.param('id'));
    const artifact = (await outputsOf(run)).artifacts.find(({ name }) => name === c.req.param('name'));
    if (artifact === undefined) throw notFound('file');
    return sendDownload(join(run.directory, runFiles.artifacts, artifact.name), artifact.name);
  });
  api.get('/runs/:id/metrics', async (c) => {
    const { directory, row } = await readable(c.req.param('id'));
    return sendDownload(join(directory, runFiles.metrics), `${row.name.replaceAll('/', '-')}-metrics.jsonl`);
  });
  api.get('/runs/:id/report', async (c) => {
    const file = await openRegular(join(runOf(c.req.param('id')).directory, runFiles.report));
    if (file === undefined) throw notFound('report');
    try {
      const page = await file.readFile('utf8');
      return c.html(page, 200, { 'Content-Security-Policy': SHOWN_POLICY });
    } finally {
      await file.close();
    }
  });
  api.put('/runs/:id/notes', async (c) => {
    const { directory, row } = runOf(c.req.param('id'));
    if (row.remote) throw wrong(`notes are kept in a run's directory, and that of this run is not shown here`);
    const notes = checkNotes(await c.req.json().catch(() => undefined));
    await writeNotes(directory, notes);
    await store.look(directory);
    return c.json(notes);
  });
  const sweepOf = createSweepReader();
  api.get('/runs/:id/sweep', async (c) => c.json(await sweepOf(await readable(c.req.param('id')))));
  addStarting(api, parts.starting, runOf);
  api.get('/events', (c) => {
    const id = c.req.query('run');
    const run = id === undefined ? undefined : runOf(id);
    const last = c.req.header('last-event-id') ?? c.req.query('after');
    const heard = last === undefined ? { number: board.newest() } : heardOf(board.epoch, last);
    return new Response(eventStream(parts, run, heard), {
      headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    });
  });
  app.route('/api', api);
}

function addStarting(api: Hono, starting: Starting | undefined, runOf: (id: string) => StoredRun): void {
  const able = (): Starting => {
    if (starting === undefined) throw wrong('runs can neither be started nor stopped here');
    return starting;
  };
  api.get('/experiments', async (c) => {
    const experiments = (await starting?.experiments.list()) ?? [];
    return c.json({ experiments: experiments.map(formOf) });
  });
  api.post('/runs', async (c) => {
    const { experiments, launcher } = able();
    const request = await checkRequest(await c.req.json().catch(() => undefined), experiments.find);
    return c.json({ id: await launcher.start(request) });
  });
  api.post('/runs/:id/stop', async (c) => {
    const run = runOf(c.req.param('id'));
    await able().launcher.stop(run);
    return c.json({ id: run.id });
  });
  api.post('/runs/:id/resume', async (c) => {
    const run = runOf(c.req.param('id'));
    await able().launcher.resume(run);
    return c.json({ id: run.id });
  });
}

async function detailOf({ series, board, database }: AppParts, run: StoredRun): Promise<RunDetail> {
  const number = board.newest();
  const [described, { generation, ...summary }] = await Promise.all([describeRun(run), series.summary(run)]);
  const event = eventId(board.epoch, { number, lines: { generation, count: summary.lines } });
  const missing = database?.missing(run);
  return { run: run.row, ...described, ...summary, event, ...(missing !== undefined && { missing }) };
}

function seriesRequest(query: Readonly<Record<string, string>>) {
  const { metric } = query;
  if (metric === undefined || metric === '') throw wrong('metric is missing: the name of a column');
  return {
    metric,
    points: numberIn('points', query.points, { min: 4, max: MOST_POINTS, whole: true }) ?? 1000,
    x: query.x,
    from: numberIn('from', query.from),
    to: numberIn('to', query.to),
  };
}
