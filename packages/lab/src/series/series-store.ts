import { join } from 'node:path';
import { runFiles } from '@unbraid/experiment/directory';
import type { MetricInfo, Series } from '../api.ts';
import { statOf } from '../runs/quick-files.ts';
import type { StoredRun } from '../runs/run-store.ts';
import { fileStamp } from '../runs/stamp.ts';
import { curvesOf } from './curves.ts';
import { axesOf, describeMetrics } from './describe-metrics.ts';
import type { LevelCache } from './level-cache.ts';
import type { LevelContent, LevelFile } from './level-file.ts';
import { levelsOf } from './levels.ts';
import { createLinesStore, type KnownLines } from './lines-store.ts';
import { createWorkQueue } from './one-at-a-time.ts';
import { drawCurve, readCurve, type Window } from './read-levels.ts';
import type { RunLog } from './run-log.ts';

/** What part of a column is asked for, and how closely. */
export interface SeriesRequest extends Window {
  readonly metric: string;
  /** The column along which; that of the experiment, or a guess, where it is left out. */
  readonly x?: string | undefined;
}

/** What there is to draw of a run. */
export interface LinesSummary {
  readonly metrics: readonly MetricInfo[];
  readonly lines: number;
  /** Bytes up to the end of the last whole line. */
  readonly offset: number;
  /** Of the log that counts them. */
  readonly generation: number;
}

/** Lines and curves of runs. */
export interface SeriesStore {
  summary(run: StoredRun): Promise<LinesSummary>;
  /**
   * @param signal of whoever waits for it
   * @throws {StateError} where it ends, or the store is closed, before the run's turn to be read has come
   */
  series(run: StoredRun, request: SeriesRequest, signal?: AbortSignal): Promise<Series>;
  /** The lines, read up to now. */
  log(run: StoredRun): Promise<RunLog>;
  /** The lines as far as they are in memory. */
  known(id: string): RunLog | undefined;
  /** Keeps the lines in memory until it is called off: somebody watches them. */
  hold(run: StoredRun): () => void;
  /** The run's lines may be written anew. */
  forget(id: string): void;
  /** Of a run that is gone. */
  remove(id: string): void;
  /** Bytes of lines that are held. */
  bytes(): number;
  /** Ends when nothing is being read or written; what waits for its turn is given up. */
  close(): Promise<void>;
}

/** A file that has changed since may change again: levels of it would be in vain. */
const QUIET_MS = 3000;
/** After levels could not be written, curves are made for nobody but who asks for them. */
const REST_MS = 60_000;

/** @param mostBytes of lines in memory; those that were not asked for the longest go first */
export function createSeriesStore(mostBytes: number, cache: LevelCache): SeriesStore {
  const lines = createLinesStore(mostBytes);
  const keeping = new Set<string>();
  /** Curves are made for one run at a time: a thousand that are asked for at once are not all held at once. */
  const queue = createWorkQueue();
  let restsUntil = 0;

  /** What `use` makes of the levels of a run that has come to rest; undefined where there are none. */
  async function fromLevels<T>(
    run: StoredRun,
    x: string | undefined,
    use: (file: LevelFile) => Promise<T>,
  ): Promise<T | undefined> {
    if (run.row.status === 'running') return undefined;
    const file = await cache.open(run.id, x, await stampOf(run.directory));
    if (file === undefined) return undefined;
    try {
      return await use(file);
    } catch {
      // Damaged: made anew.
      return undefined;
    } finally {
      await file.close();
    }
  }

  /** What `use` makes of the lines of a run; its levels are written behind that where it has come to rest. */
  async function read<T>(
    run: StoredRun,
    x: string | undefined,
    use: (known: KnownLines) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    if (run.row.status === 'running') return use(await lines.open(run));
    const open = async () => {
      const stamp = await stampOf(run.directory);
      const known = await lines.open(run);
      if (known.log.columns.lines() > 0 && (await isQuiet(run.directory))) keep(run, x, known, stamp);
      return use(known);
    };
    return lines.known(run.id) === undefined ? queue.add(open, signal) : open();
  }

  /** Once, however many ask meanwhile. */
  function keep(run: StoredRun, x: string | undefined, known: KnownLines, stamp: string): void {
    const name = JSON.stringify([run.id, x]);
    if (keeping.has(name) || Date.now() < restsUntil) return;
    keeping.add(name);
    const kept = queue.add(async () => {
      if (Date.now() < restsUntil) return;
      const isWritten = await cache.write(run.id, x, await contentOf(known, x, stamp));
      if (!isWritten) restsUntil = Date.now() + REST_MS;
    });
    void kept.catch(() => undefined).then(() => keeping.delete(name));
  }

  return {
    async summary(run) {
      const generation = lines.known(run.id)?.generation() ?? 0;
      const stored = await fromLevels(run, undefined, async ({ head }) => ({
        metrics: head.metrics.map(({ info }) => info),
        lines: head.lines,
        offset: head.offset,
        generation,
      }));
      return stored ?? read(run, undefined, summaryOf);
    },
    async series(run, request, signal) {
      const stored = await fromLevels(run, request.x, (file) => storedSeries(run.id, file, request));
      return stored ?? read(run, request.x, (known) => seriesOf(run.id, known, request), signal);
    },
    log: async (run) => (await lines.open(run)).log,
    known: lines.known,
    hold: lines.hold,
    forget: lines.forget,
    remove: lines.remove,
    bytes: lines.bytes,
    close: queue.close,
  };
}

async function stampOf(directory: string): Promise<string> {
  const stamps = [runFiles.metrics, runFiles.timeline].map((name) => fileStamp(join(directory, name)));
  return (await Promise.all(stamps)).join(' ');
}

async function isQuiet(directory: string): Promise<boolean> {
  const stats = await statOf(join(directory, runFiles.metrics));
  return stats !== undefined && Date.now() - stats.mtimeMs > QUIET_MS;
}

function summaryOf({ log, declared }: KnownLines): LinesSummary {
  const metrics = describeMetrics(log.columns, declared);
  return { metrics, lines: log.columns.lines(), offset: log.offset(), generation: log.generation() };
}

/** All curves of a run, with their levels. Others have their turn between two columns. */
async function contentOf({ log, declared }: KnownLines, x: string | undefined, stamp: string): Promise<LevelContent> {
  const metrics: LevelContent['metrics'][number][] = [];
  const [lines, offset] = [log.columns.lines(), log.offset()];
  for (const info of describeMetrics(log.columns, declared)) {
    const axes = { x: x ?? info.x, by: info.by };
    const { curves, leftOut } = curvesOf(log.columns, log.seconds(), log.columns.get(info.name)!, axes);
    metrics.push({ info, leftOut, curves: curves.map(({ key, ...curve }) => ({ key, levels: levelsOf(curve) })) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { stamp, lines, offset, metrics };
}

async function storedSeries(id: string, file: LevelFile, request: SeriesRequest): Promise<Series> {
  const { lines, metrics } = file.head;
  const found = metrics.find(({ info }) => info.name === request.metric);
  if (found === undefined) return { id, metric: request.metric, x: request.x ?? 'line', curves: [], leftOut: 0, lines };
  const { info, curves, leftOut } = found;
  return {
    id,
    metric: info.name,
    x: request.x ?? info.x,
    ...(info.unit !== undefined && { unit: info.unit }),
    curves: await Promise.all(curves.map((curve) => readCurve(file, curve, request))),
    leftOut,
    lines,
  };
}

function seriesOf(id: string, { log, declared }: KnownLines, request: SeriesRequest): Series {
  const { metric } = request;
  const column = log.columns.get(metric);
  const lines = log.columns.lines();
  if (column === undefined) return { id, metric, x: request.x ?? 'line', curves: [], leftOut: 0, lines };
  const { x, by } = axesOf(log.columns, column, declared);
  const axes = { x: request.x ?? x, by };
  const { curves, leftOut } = curvesOf(log.columns, log.seconds(), column, axes);
  const unit = Object.hasOwn(declared, metric) ? declared[metric]?.unit : undefined;
  return {
    id,
    metric,
    x: axes.x,
    ...(unit !== undefined && { unit }),
    curves: curves.map(({ key, ...curve }) => drawCurve(key, levelsOf(curve), request)),
    leftOut,
    lines,
  };
}
