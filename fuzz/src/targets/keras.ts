import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readKerasWeights } from '@unbraid/data';
import type { FolderTarget } from '../target.ts';

const bytesOf = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../packages/data/test/fixtures/keras/${name}`, import.meta.url)));

/** Each file is read in a thread of its own, which starts slowly. */
export const keras: FolderTarget = {
  name: 'keras',
  limitMs: 30_000,
  testCases: 8,
  folders: () => ['signal.h5', 'signal.weights.h5', 'whole-model.h5'].map((name) => ({ 'x.h5': bytesOf(name) })),
  async runFolder(folder) {
    for (const { name, weights } of await readKerasWeights(join(folder, 'x.h5'))) {
      assert.equal(typeof name, 'string');
      for (const array of weights) {
        assert.equal(typeof array.name, 'string');
        assert.equal(
          array.data.length,
          array.shape.reduce((all, size) => all * size, 1),
        );
      }
    }
  },
};
