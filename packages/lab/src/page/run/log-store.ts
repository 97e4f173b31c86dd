import type { LabEvent, Scalar } from '../../api.ts';

export type LogLine = Readonly<Record<string, Scalar>>;

/** Lines of a page of the log. */
export const PAGE = 500;
/** Pages that are kept: a log may be longer than what a browser should hold. */
const KEPT = 60;

/** What is known of a log: how long it is, and those of its pages that were looked at last. */
export interface LogStore {
  readonly total: number;
  /** By their numbers, the one used last at the end. A page may be known in part, from its beginning. */
  readonly pages: ReadonlyMap<number, readonly LogLine[]>;
}

export const emptyLog = (total: number): LogStore => ({ total, pages: new Map() });

/** A line; undefined where it has to be asked for. */
export const lineAt = (log: LogStore, index: number): LogLine | undefined =>
  log.pages.get(Math.floor(index / PAGE))?.[index % PAGE];

/** Whether a page is known as far as the log goes. */
export const isWhole = (log: LogStore, page: number): boolean =>
  (log.pages.get(page)?.length ?? 0) >= Math.min(PAGE, log.total - page * PAGE);

/** The log with lines that begin with number `first`. Lines that don't join what is known of a page make it unknown, to be asked for. */
export function withLines(log: LogStore, first: number, lines: readonly LogLine[], total = 0): LogStore {
  const pages = new Map(log.pages);
  const end = first + lines.length;
  // Of many lines at once only the last pages are kept.
  let at = Math.max(first, (Math.floor(end / PAGE) - KEPT + 1) * PAGE);
  while (at < end) {
    const page = Math.floor(at / PAGE);
    const place = at % PAGE;
    const part = lines.slice(at - first, Math.min(end, (page + 1) * PAGE) - first);
    const known = pages.get(page) ?? [];
    pages.delete(page);
    if (known.length >= place)
      pages.set(page, [...known.slice(0, place), ...part, ...known.slice(place + part.length)]);
    at += part.length;
  }
  for (const page of pages.keys()) if (pages.size > KEPT) pages.delete(page);
  return { total: Math.max(log.total, end, total), pages };
}

/** The log after an event; the same where it says nothing of it. */
export function afterEvent(log: LogStore, event: LabEvent, id: string): LogStore {
  if (event.type === 'lines' && event.id === id) return withLines(log, event.first, event.lines);
  return event.type === 'restart' && event.id === id ? emptyLog(0) : log;
}
