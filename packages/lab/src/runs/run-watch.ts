import { createFolderWatch } from './folder-watch.ts';
import type { KnownRuns } from './known-runs.ts';
import type { Place } from './places.ts';

/** The system tells of one change several times. */
const SETTLE_MS = 30;

/** Hears of changes from the system, where it tells of them. */
export interface RunWatch {
  /** Watches the folders that hold runs, and the runs that are at work or attended, as they are now. */
  follow(): void;
  /** Has the system tell of a run's lines, also where it isn't at work; @returns what ends it */
  attend(id: string): () => void;
  close(): void;
}

/**
 * @param look at a run or a folder that has changed
 * @param onLines hears of a run whose lines may have grown
 */
export function createRunWatch(
  places: readonly Place[],
  runs: KnownRuns,
  look: (path: string) => Promise<void>,
  onLines: (id: string) => void,
): RunWatch {
  const settling = new Set<string>();
  const attended = new Set<string>();
  let closed = false;
  const watch = createFolderWatch((path, name) => {
    const entry = runs.in(path);
    if (entry !== undefined && name?.endsWith('.jsonl')) return onLines(entry.id);
    if (settling.has(path)) return;
    settling.add(path);
    setTimeout(() => {
      settling.delete(path);
      void look(path);
    }, SETTLE_MS).unref();
  });

  function follow(): void {
    if (closed) return;
    const followed = runs.all().filter(({ id, status }) => status === 'running' || attended.has(id));
    watch.setFolders([...places.flatMap(({ tree }) => tree.folders()), ...followed.map(({ directory }) => directory)]);
  }

  return {
    follow,
    attend(id) {
      attended.add(id);
      follow();
      return () => {
        attended.delete(id);
        follow();
      };
    },
    close() {
      closed = true;
      watch.close();
    },
  };
}
