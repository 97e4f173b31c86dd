import type { Runtime } from '../backends/backend.ts';
import type { Releasable } from './scope.ts';

/** What to keep, and whose it is. */
export interface Keeping<T extends Releasable> {
  /** Whose it is, such as a trained model: it is kept as long as that is there. What is made must not refer to it. */
  readonly owner: object;
  /** Tells it apart from what else the owner has. */
  readonly key: string;
  /** The one it is made for; undefined for one of its own. */
  readonly runtime: Runtime | undefined;
  make(): Promise<T>;
}

interface Entry {
  readonly key: string;
  readonly runtime: Runtime | undefined;
  readonly made: Promise<Releasable>;
  /** Settles when nobody uses it. */
  idle: Promise<void>;
}

/** As many of each owner: those used last. */
const MOST = 4;

const byOwner = new WeakMap<object, Entry[]>();
const ended = new FinalizationRegistry<Entry[]>((entries) => void releaseAll(entries));

/**
 * Uses what takes long to make, such as a compiled graph, and keeps it for later calls: until its owner is collected, or `releaseKept`, and of
 * each owner the four used last. Calls that use the same thing wait for each other.
 * @throws what `make` or `use` throws; what could not be made is made anew in the next call
 */
export async function useKept<T extends Releasable, R>(
  { owner, key, runtime, make }: Keeping<T>,
  use: (thing: T) => Promise<R>,
): Promise<R> {
  const entries = entriesOf(owner);
  const at = entries.findIndex((entry) => entry.key === key && entry.runtime === runtime);
  const entry: Entry = at < 0 ? { key, runtime, made: make(), idle: Promise.resolve() } : entries.splice(at, 1)[0]!;
  entries.push(entry);
  const old = entries.length > MOST ? entries.shift() : undefined;
  const result = entry.idle.then(async () => use((await entry.made) as T));
  entry.idle = result.then(
    () => {},
    () => {},
  );
  try {
    return await result;
  } finally {
    if (old) await retire(old);
    if (!(await isMade(entry)) && entries.includes(entry)) entries.splice(entries.indexOf(entry), 1);
  }
}

/** Releases what is kept of an owner, as soon as it is no longer used. */
export async function releaseKept(owner: object): Promise<void> {
  await releaseAll(byOwner.get(owner) ?? []);
}

function entriesOf(owner: object): Entry[] {
  const known = byOwner.get(owner);
  if (known) return known;
  const entries: Entry[] = [];
  byOwner.set(owner, entries);
  ended.register(owner, entries);
  return entries;
}

async function releaseAll(entries: Entry[]): Promise<void> {
  await Promise.all(entries.splice(0).map(retire));
}

async function retire(entry: Entry): Promise<void> {
  await entry.idle;
  if (await isMade(entry)) await (await entry.made).release();
}

const isMade = ({ made }: Entry): Promise<boolean> =>
  made.then(
    () => true,
    () => false,
  );
