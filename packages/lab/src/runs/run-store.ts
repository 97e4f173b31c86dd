import type { RunRow } from '../api.ts';

/** A run that is known. */
export interface StoredRun {
  readonly id: string;
  /** A real path. */
  readonly directory: string;
  readonly row: RunRow;
}

/** What listeners hear. */
export type RunNews =
  | { readonly type: 'run'; readonly run: StoredRun }
  | { readonly type: 'gone'; readonly id: string }
  /** Its figures, tables or files changed. */
  | { readonly type: 'outputs'; readonly id: string }
  /** It began, or went on: its lines may be written anew. */
  | { readonly type: 'session'; readonly id: string }
  /** The system says that its lines grew. */
  | { readonly type: 'lines'; readonly id: string }
  /** Somebody asks for its workers, and there may be news of them. */
  | { readonly type: 'workers'; readonly id: string }
  /** The way to the database is lost, or found again. */
  | { readonly type: 'lab' };

/** The runs below some folders, as they are now. */
export interface RunStore {
  /** The newest first. */
  list(): readonly StoredRun[];
  get(id: string): StoredRun | undefined;
  /** @returns what ends it */
  listen(listener: (news: RunNews) => void): () => void;
  /** Looks at a run, or at a folder for new ones, now. */
  look(path: string): Promise<void>;
  /** Has the system tell of a run's lines, also where it isn't running; @returns what ends it */
  attend(id: string): () => void;
  /** Real paths of the folders that are shown. */
  readonly roots: readonly string[];
  close(): Promise<void>;
}

/** What `openRunStore` takes. */
export interface RunStoreOptions {
  /** Folders that are shown, as the user named them. */
  readonly places: readonly string[];
  /** The lab's folder of caches. */
  readonly cache: string;
  readonly version: string;
  /** Milliseconds between two looks at everything. */
  readonly pollMs: number;
}

/** Those that began at the same time by their names: an order that is the same each time. */
export function newestFirst({ row: a }: StoredRun, { row: b }: StoredRun): number {
  if (a.started !== b.started) return a.started < b.started ? 1 : -1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
