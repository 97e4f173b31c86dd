import type { Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { runFiles } from '@unbraid/experiment/directory';
import { entriesOf, forEachOf } from './quick-files.ts';
import type { IndexEntry } from './run-index.ts';

/** How many folders below the one that is shown are looked into. */
const MOST_DEPTH = 8;
/** Folders, runs among them, after which nothing more is looked into: what is shown is then no folder of runs. */
const MOST_FOLDERS = 100_000;
const AT_ONCE = 64;

/** What beside `config.json`, which many programs write, tells a run's directory. */
const MARKS: readonly string[] = [
  runFiles.state,
  runFiles.metrics,
  runFiles.checkpoints,
  runFiles.lock,
  runFiles.summary,
];

/** A run's directory that is new. */
export interface FoundRun {
  readonly directory: string;
  /** Of what is in it; none where it was not looked into, being known. */
  readonly names: readonly string[];
  /** What an index knows of it, where the directory has not been changed since. */
  readonly known: IndexEntry | undefined;
}

/** What looking into a folder came to. */
export interface TreeChanges {
  readonly found: FoundRun[];
  /** Directories of runs that are gone. */
  readonly lost: string[];
}

/** The folders below one that is shown, and the runs in them. Links are not followed, hidden folders and `node_modules` left out. */
export interface FolderTree {
  /** Looks into a folder that is known, and into everything new below it. */
  look(path: string): Promise<TreeChanges>;
  /** Folders that may come to hold runs; that which is shown is the first. */
  folders(): readonly string[];
  has(path: string): boolean;
}

interface Node {
  readonly depth: number;
  isRun: boolean;
  /** Paths of the known folders and runs in it. */
  readonly inner: Set<string>;
}

/**
 * @param root a real path; it need not be there yet
 * @param known what is known of a run's directory that is as it was: it is not looked into, which for a thousand of them takes as long as all else
 */
export function createFolderTree(
  root: string,
  known: (path: string) => Promise<IndexEntry | undefined> = async () => undefined,
): FolderTree {
  const nodes = new Map<string, Node>([[root, { depth: 0, isRun: false, inner: new Set() }]]);

  function drop(path: string, lost: string[]): void {
    const node = nodes.get(path);
    if (node === undefined) return;
    for (const child of node.inner) drop(child, lost);
    if (node.isRun) lost.push(path);
    if (path === root) {
      node.isRun = false;
      return;
    }
    nodes.delete(path);
    nodes.get(dirname(path))?.inner.delete(path);
  }

  async function visit(path: string, changes: TreeChanges): Promise<void> {
    const entries = await entriesOf(path);
    const node = nodes.get(path);
    if (node === undefined) return;
    if (entries === undefined) return drop(path, changes.lost);
    if (isRun(entries) === node.isRun) {
      if (!node.isRun) await search(path, node, entries, changes);
      return;
    }
    for (const child of node.inner) drop(child, changes.lost);
    node.isRun = !node.isRun;
    if (node.isRun) {
      changes.found.push({ directory: path, names: entries.map(({ name }) => name), known: undefined });
      return;
    }
    changes.lost.push(path);
    await search(path, node, entries, changes);
  }

  async function search(path: string, node: Node, entries: readonly Dirent[], changes: TreeChanges): Promise<void> {
    const inner = node.depth < MOST_DEPTH ? entries.filter(isSearched).map(({ name }) => join(path, name)) : [];
    const there = new Set(inner);
    for (const known of node.inner) if (!there.has(known)) drop(known, changes.lost);
    const fresh = inner.filter((child) => !node.inner.has(child)).slice(0, Math.max(0, MOST_FOLDERS - nodes.size));
    for (const child of fresh) {
      node.inner.add(child);
      nodes.set(child, { depth: node.depth + 1, isRun: false, inner: new Set() });
    }
    await forEachOf(fresh, AT_ONCE, (child) => begin(child, changes));
  }

  /** The first look at a folder. */
  async function begin(path: string, changes: TreeChanges): Promise<void> {
    const entry = await known(path);
    const node = nodes.get(path);
    if (entry === undefined || node === undefined) return visit(path, changes);
    node.isRun = true;
    changes.found.push({ directory: path, names: [], known: entry });
  }

  return {
    async look(path) {
      const changes: TreeChanges = { found: [], lost: [] };
      await visit(path, changes);
      return changes;
    },
    folders: () => [...nodes].flatMap(([path, { isRun: run }]) => (run ? [] : [path])),
    has: (path) => nodes.has(path),
  };
}

const isSearched = (entry: Dirent): boolean =>
  entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules';

function isRun(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return names.has(runFiles.config) && MARKS.some((mark) => names.has(mark));
}
