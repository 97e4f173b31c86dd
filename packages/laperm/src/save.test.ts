import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialize } from '@unbraid/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mlp, shuffled } from '../test/models.ts';
import { loadPermutations, savePermutations } from './save.ts';

const model = mlp();
const initial = initialize(model, 1);
/** The last bias, three entries, in another order. */
const params = initial.slice();
shuffled(params.subarray(-3), 1);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laperm-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a saved network is loaded bit for bit, from its recipe', async () => {
  const path = join(folder, 'network.perm');
  await savePermutations({ model, initial, params, recipe: 1 }, path);
  const loaded = await loadPermutations(path, { model, initial: (seed) => initialize(model, seed as number) });
  expect(loaded).toEqual(params);
});

test('errors name the file', async () => {
  const path = join(folder, 'other.perm');
  await writeFile(path, 'nothing of the sort');
  await expect(loadPermutations(path, { model, initial })).rejects.toThrow(
    `laperm: ${path} is not a permutation checkpoint; it begins with other bytes`,
  );
  const missing = join(folder, 'missing.perm');
  await expect(loadPermutations(missing, { model, initial })).rejects.toThrow(
    `laperm: cannot read the permutation checkpoint: ENOENT: no such file or directory, open '${missing}'`,
  );
});
