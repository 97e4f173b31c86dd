import { readConfig } from '@unbraid/experiment/directory';
import type { MetricInfo, Series } from '../api.ts';
import { curvesOf, type Points } from './curves.ts';
import { axesOf, type Declared, describeMetrics } from './describe-metrics.ts';
import { encodeCurve } from './encode-curve.ts';
import { openRunLog, type RunLog } from './run-log.ts';
import { sample, windowOf } from './sample.ts';

/** The run whose lines are asked for. */
export interface SeriesRun {
  readonly id: string;
  readonly directory: string;
}

/** What part of a column is asked for, and how closely. */
export interface SeriesRequest {
  readonly metric: string;
  /** Points of a curve, at most about. */
  readonly points: number;
  /** The column along which; that of the experiment, or a guess, where it is left out. */
  readonly x?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Lines and curves of runs, kept in memory up to a bound. */
export interface SeriesStore {
  metrics(run: SeriesRun): Promise<readonly MetricInfo[]>;
  series(run: SeriesRun, request: SeriesRequest): Promise<Series>;
  /** The lines, read up to now. */
  log(run: SeriesRun): Promise<RunLog>;
  /** The lines as far as they are in memory. */
  known(id: string): RunLog | undefined;
  /** Keeps the lines in memory until it is called off: somebody watches them. */
  hold(run: SeriesRun): () => void;
  /** The run's lines may be written anew. */
  forget(id: string): void;
  /** Of a run that is gone. */
  remove(id: string): void;
  /** Bytes of lines that are held. */
  bytes(): number;
}

interface Held {
  readonly log: RunLog;
  readonly declared: Declared;
  holders: number;
}

/** @param mostBytes of lines in memory; those that were not asked for the longest go first */
export function createSeriesStore(mostBytes: number): SeriesStore {
  /** In the order in which they were asked for. */
  const held = new Map<string, Held>();

  async function open({ id, directory }: SeriesRun): Promise<Held> {
    let entry = held.get(id);
    if (entry === undefined) {
      const declared = await readConfig(directory).then(
        ({ about }) => about.metrics ?? {},
        () => ({}),
      );
      entry = held.get(id) ?? { log: openRunLog(directory), declared, holders: 0 };
    }
    held.delete(id);
    held.set(id, entry);
    await entry.log.advance();
    makeRoom(id);
    return entry;
  }

  function makeRoom(kept: string): void {
    let total = bytes();
    for (const [id, { log, holders }] of held) {
      if (total <= mostBytes) return;
      if (id === kept || holders > 0) continue;
      total -= log.bytes();
      held.delete(id);
    }
  }

  const bytes = () => [...held.values()].reduce((sum, { log }) => sum + log.bytes(), 0);

  return {
    async metrics(run) {
      const { log, declared } = await open(run);
      return describeMetrics(log.columns, declared);
    },
    async series(run, request) {
      const { log, declared } = await open(run);
      return seriesOf(run.id, log, declared, request);
    },
    log: async (run) => (await open(run)).log,
    known: (id) => held.get(id)?.log,
    hold(run) {
      let isHeld = true;
      const opened = open(run).then((entry) => {
        if (isHeld) entry.holders++;
        return entry;
      });
      opened.catch(() => undefined);
      return () => {
        if (!isHeld) return;
        isHeld = false;
        void opened.then((entry) => entry.holders--).catch(() => undefined);
      };
    },
    forget: (id) => held.get(id)?.log.forget(),
    remove: (id) => void held.delete(id),
    bytes,
  };
}

function seriesOf(id: string, log: RunLog, declared: Declared, request: SeriesRequest): Series {
  const { metric, points, from = -Infinity, to = Infinity } = request;
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
    curves: curves.map(({ key, ...whole }) => {
      const part = cut(whole, from, to);
      return encodeCurve(key, sample(part, points), part.x.length);
    }),
    leftOut,
    lines,
  };
}

function cut({ x, y }: Points, from: number, to: number): Points {
  const [begin, end] = windowOf(x, from, to);
  return { x: x.subarray(begin, end), y: y.subarray(begin, end) };
}
