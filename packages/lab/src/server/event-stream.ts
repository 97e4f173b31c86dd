import type { LabEvent } from '../api.ts';
import type { StoredRun } from '../runs/run-store.ts';
import type { SeriesStore } from '../series/series-store.ts';
import type { Board } from './board.ts';
import type { LineFeed } from './line-feed.ts';

/** Lines in an event, at most. */
const MOST_LINES = 1000;
/** One that is so far behind asks anew rather than hear them all. */
const MOST_BEHIND = 20_000;
/** Something is said so often, in milliseconds, by which dead connections are found. */
const BEAT_MS = 15_000;
/** Whoever hears it asks for everything anew. */
const AGAIN: LabEvent = { type: 'again' };

/** How far somebody has heard. */
export interface Heard {
  /** Of the board's changes. */
  readonly number: number;
  /** Lines of the run that is watched, in the generation of its log; undefined: from now on. */
  readonly lines?: { readonly generation: number; readonly count: number } | undefined;
}

/** What streams are made of. */
export interface StreamParts {
  readonly board: Board;
  readonly feed: LineFeed;
  readonly series: SeriesStore;
}

/** What `Last-Event-ID` takes. */
export const eventId = (epoch: string, { number, lines }: Heard): string =>
  [epoch, number, ...(lines === undefined ? [] : [lines.generation, lines.count])].join('-');

/** Undefined for what is no id of this server's. */
export function heardOf(epoch: string, id: string): Heard | undefined {
  const [, own, number, generation, count] = /^([\da-f]{12})-(\d{1,15})(?:-(\d{1,15})-(\d{1,15}))?$/.exec(id) ?? [];
  if (own !== epoch) return undefined;
  return {
    number: Number(number),
    ...(count !== undefined && { lines: { generation: Number(generation), count: Number(count) } }),
  };
}

/**
 * Server-sent events for one reader. Each is made when the reader has room for it, of how things stand then, so that one who reads slowly makes nothing grow.
 * @param heard undefined where it can't be told what the reader has: it is to ask anew
 */
export function eventStream(
  { board, feed, series }: StreamParts,
  run: StoredRun | undefined,
  heard: Heard | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let number = heard?.number ?? board.newest();
  let lines = heard?.lines;
  let greeting = heard === undefined ? text(AGAIN) : '';
  let wake: () => void = () => undefined;
  let news = true;
  const ring = () => {
    news = true;
    wake();
  };
  const stops = [board.listen(ring), ...(run === undefined ? [] : [feed.watch(run, ring)])];

  function text(event: LabEvent): string {
    return `id: ${eventId(board.epoch, { number, lines })}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  function changes(): string {
    const since = board.since(number, run?.id);
    if (since === undefined) {
      number = board.newest();
      return text(AGAIN);
    }
    return since
      .map((each) => {
        number = each.number;
        return text(each.event);
      })
      .join('');
  }

  async function newLines(watched: StoredRun): Promise<string> {
    const { id } = watched;
    const log = await series.log(watched);
    const [generation, count] = [log.generation(), log.columns.lines()];
    if (lines === undefined) {
      lines = { generation, count };
      return '';
    }
    if (lines.generation !== generation || lines.count > count) {
      lines = { generation, count: 0 };
      news = true;
      return text({ type: 'restart', id });
    }
    if (count - lines.count > MOST_BEHIND) {
      lines = { generation, count };
      return text(AGAIN);
    }
    const page = await log.page(lines.count, MOST_LINES);
    // Cut or written anew meanwhile: the next look finds that.
    if (page.lines.length === 0 || log.generation() !== generation) return '';
    const first = lines.count;
    lines = { generation, count: first + page.lines.length };
    if (lines.count < log.columns.lines()) news = true;
    return text({ type: 'lines', id, first, offset: page.end, lines: page.lines });
  }

  async function next(): Promise<string> {
    if (greeting !== '') {
      const said = greeting;
      greeting = '';
      return said;
    }
    for (;;) {
      if (!news) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, BEAT_MS).unref();
        });
        clearTimeout(timer);
        if (!news) return ':\n\n';
      }
      news = false;
      const said = changes() + (run === undefined ? '' : await newLines(run).catch(() => ''));
      if (said !== '') return said;
    }
  }

  return new ReadableStream({
    start(controller) {
      controller.enqueue(encoder.encode('retry: 1000\n\n'));
    },
    async pull(controller) {
      const said = await next();
      try {
        controller.enqueue(encoder.encode(said));
      } catch {
        // The reader went away while there was nothing to say.
      }
    },
    cancel() {
      for (const stop of stops) stop();
      wake();
    },
  });
}
