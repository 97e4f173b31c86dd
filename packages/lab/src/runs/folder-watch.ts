import { type FSWatcher, watch } from 'node:fs';

/** Systems allow a number of watches, and other programs want some. */
const MOST_WATCHES = 1000;

/** Tells of changes in folders where the system does; it is never relied on: network file systems tell nothing. */
export interface FolderWatch {
  /** Watches these folders and no others. */
  setFolders(paths: readonly string[]): void;
  close(): void;
}

/** @param onChange hears of a folder and the name in it, where the system says it */
export function createFolderWatch(onChange: (path: string, name: string | undefined) => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  const refused = new Set<string>();

  function stop(path: string): void {
    watchers.get(path)?.close();
    watchers.delete(path);
  }

  function start(path: string): void {
    if (watchers.size >= MOST_WATCHES || refused.has(path)) return;
    const refuse = () => {
      stop(path);
      refused.add(path);
    };
    try {
      const watcher = watch(path, { persistent: false }, (_, name) => onChange(path, name ?? undefined));
      watcher.on('error', refuse);
      watchers.set(path, watcher);
    } catch {
      refuse();
    }
  }

  return {
    setFolders(paths) {
      const wanted = new Set(paths);
      for (const path of [...watchers.keys()]) if (!wanted.has(path)) stop(path);
      for (const path of refused) if (!wanted.has(path)) refused.delete(path);
      for (const path of wanted) if (!watchers.has(path)) start(path);
    },
    close() {
      for (const path of [...watchers.keys()]) stop(path);
    },
  };
}
