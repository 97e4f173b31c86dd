import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFolderTree } from './folder-tree.ts';
import type { IndexEntry } from './run-index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unbraid-folder-tree-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function makeRun(name: string): string {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  for (const file of ['config.json', 'state.json']) writeFileSync(join(path, file), '{}');
  return path;
}

const entry = { stamp: 'a stamp' } as IndexEntry;

it('finds runs at any depth, with the names in them', async () => {
  const [one, inner] = [makeRun('one'), makeRun('folder/inner')];
  const { found } = await createFolderTree(root).look(root);
  expect(found.map(({ directory }) => directory).sort()).toEqual([inner, one].sort());
  expect(found.every(({ names, known }) => names.includes('state.json') && known === undefined)).toBe(true);
});

it('takes a directory that is known without looking into it, and looks when it is told to', async () => {
  const [known, fresh] = [makeRun('known'), makeRun('fresh')];
  const tree = createFolderTree(root, async (path) => (path === known ? entry : undefined));
  const { found } = await tree.look(root);
  expect(found.find(({ directory }) => directory === known)).toEqual({ directory: known, names: [], known: entry });
  expect(found.find(({ directory }) => directory === fresh)?.names).toContain('config.json');
  // It is a run as any other: nothing is looked for in it, and it can go.
  expect(tree.folders()).toEqual([root]);
  expect(await tree.look(known)).toEqual({ found: [], lost: [] });
  rmSync(known, { recursive: true });
  expect(await tree.look(known)).toEqual({ found: [], lost: [known] });
});
