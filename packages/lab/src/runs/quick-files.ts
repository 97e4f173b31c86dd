import { type Dirent, readdir, type Stats, stat } from 'node:fs';

/** By the callback, and with undefined for what isn't there: thousands are asked for at once, and a promise of `node:fs/promises` that fails takes ten times as long. */
export const statOf = (path: string): Promise<Stats | undefined> =>
  new Promise((resolve) => stat(path, (error, stats) => resolve(error ? undefined : stats)));

/** Undefined where the folder isn't there or can't be read. */
export const entriesOf = (path: string): Promise<readonly Dirent[] | undefined> =>
  new Promise((resolve) =>
    readdir(path, { withFileTypes: true }, (error, entries) => resolve(error ? undefined : entries)),
  );

/** Names in a folder; undefined as there. */
export const namesIn = (path: string): Promise<readonly string[] | undefined> =>
  new Promise((resolve) => readdir(path, (error, names) => resolve(error ? undefined : names)));

/** Does `work` for each item, at most `atOnce` at a time. Where one fails no other is begun. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    try {
      while (next < items.length) await work(items[next++]!);
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
}
