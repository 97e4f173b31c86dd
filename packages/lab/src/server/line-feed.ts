import type { RunStore, StoredRun } from '../runs/run-store.ts';
import type { SeriesStore } from '../series/series-store.ts';

/** Milliseconds between two looks at the lines of a run that somebody watches: network file systems tell nothing. */
const LOOK_MS = 150;

/** Follows the lines of runs that somebody watches. */
export interface LineFeed {
  /** @param listener hears that there may be new lines; @returns what ends it */
  watch(run: StoredRun, listener: () => void): () => void;
  close(): void;
}

interface Watched {
  readonly run: StoredRun;
  readonly listeners: Set<() => void>;
  readonly release: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Reads lines as soon as the system tells that they are there, and every moment where it doesn't. */
export function createLineFeed(store: RunStore, series: SeriesStore): LineFeed {
  const watched = new Map<string, Watched>();

  async function look({ run, listeners }: Watched): Promise<void> {
    const log = series.known(run.id) ?? (await series.log(run));
    const { grown, restarted } = await log.advance();
    if (grown || restarted) for (const listener of listeners) listener();
  }
  const lookAt = (id: string) => {
    const entry = watched.get(id);
    // What can't be read now may be read the next time.
    if (entry !== undefined) look(entry).catch(() => undefined);
  };
  const stop = store.listen((news) => {
    if (news.type === 'session') series.forget(news.id);
    if (news.type === 'gone') series.remove(news.id);
    if (news.type === 'session' || news.type === 'lines') lookAt(news.id);
  });

  return {
    watch(run, listener) {
      let entry = watched.get(run.id);
      if (entry === undefined) {
        const timer = setInterval(() => lookAt(run.id), LOOK_MS).unref();
        const [hold, attend] = [series.hold(run), store.attend(run.id)];
        const release = () => {
          hold();
          attend();
        };
        entry = { run, listeners: new Set(), release, timer };
        watched.set(run.id, entry);
      }
      entry.listeners.add(listener);
      const own = entry;
      return () => {
        if (!own.listeners.delete(listener) || own.listeners.size > 0) return;
        clearInterval(own.timer);
        own.release();
        if (watched.get(run.id) === own) watched.delete(run.id);
      };
    },
    close() {
      stop();
      for (const { timer, release } of watched.values()) {
        clearInterval(timer);
        release();
      }
      watched.clear();
    },
  };
}
