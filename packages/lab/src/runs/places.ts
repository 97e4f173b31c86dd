import { realpath } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import { createFolderTree, type FolderTree } from './folder-tree.ts';
import { openRunIndex, type RunIndex } from './run-index.ts';

/** A folder that is shown, with what is known of it. */
export interface Place {
  /** As the user named it. */
  readonly name: string;
  /** Its real path. */
  readonly root: string;
  readonly tree: FolderTree;
  readonly index: RunIndex;
}

/** A folder need not be there yet. @param cache the lab's folder of caches */
export async function openPlace(name: string, cache: string, version: string): Promise<Place> {
  const root = await realpath(name).catch(() => resolve(name));
  const index = await openRunIndex(cache, root, version);
  return { name, root, tree: createFolderTree(root, index.unchanged), index };
}

/** What a run is called: its place below the folder that is shown, or that folder's name where it is a run itself. */
export function nameIn({ root }: Place, directory: string): string {
  return relative(root, directory).split(sep).join('/') || basename(root);
}
