import { createTurns } from './in-turn.ts';
import { createKnownRuns } from './known-runs.ts';
import { openPlace } from './places.ts';
import { createPoll } from './poll.ts';
import { newestFirst, type RunNews, type RunStore, type RunStoreOptions } from './run-store.ts';
import { createRunWatch } from './run-watch.ts';

/** Finds the runs below some folders and follows them: by what the system tells of changes, and by a look every second, since network file systems tell nothing. */
export async function openRunStore({ places: names, cache, version, pollMs }: RunStoreOptions): Promise<RunStore> {
  const places = await Promise.all(names.map((name) => openPlace(name, cache, version)));
  const listeners = new Set<(news: RunNews) => void>();
  const tell = (news: RunNews) => {
    for (const listener of listeners) listener(news);
  };
  const runs = createKnownRuns(tell);
  const inTurn = createTurns();
  let closed = false;

  async function lookNow(path: string): Promise<void> {
    if (closed) return;
    const entry = runs.in(path);
    if (entry !== undefined) return runs.refresh(entry);
    const place = places.find(({ tree }) => tree.has(path));
    if (place !== undefined) await runs.apply(place, await place.tree.look(path));
  }
  /** At a run or a folder, after other looks at it. */
  const look = (path: string) => inTurn(path, () => lookNow(path));

  const poll = createPoll(places, runs, look);
  const watch = createRunWatch(places, runs, look, (id) => tell({ type: 'lines', id }));
  await Promise.all(places.map(async (place) => runs.apply(place, await place.tree.look(place.root))));
  watch.follow();
  const save = () => Promise.all(places.map(({ index }) => index.save()));
  const saving = save();

  let polling: Promise<void> = Promise.resolve();
  let timer = setTimeout(again, pollMs);
  function again(): void {
    polling = poll()
      .then(watch.follow)
      .catch(() => undefined)
      .then(() => {
        if (!closed) timer = setTimeout(again, pollMs);
      });
  }

  return {
    list: () => runs.all().sort(newestFirst),
    get: runs.get,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    look,
    attend: watch.attend,
    roots: places.map(({ root }) => root),
    async close() {
      closed = true;
      clearTimeout(timer);
      watch.close();
      listeners.clear();
      await polling;
      await saving;
      await save();
    },
  };
}
