import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpz } from '@unbraid/data';
import { anyOf } from '../any-of.ts';
import type { FolderTarget } from '../target.ts';
import { zipOf } from '../zip.ts';
import { npyBytes } from './npy.ts';

const FILE = 'arrays.npz';

/** `readNpz` of archives as they are, and of mutated arrays in archives that are right. */
export const npz: FolderTarget = {
  name: 'npz',
  folders: () => {
    const arrays = { 'a.npy': npyBytes('<f4', 4, [2, 3]), 'b.npy': npyBytes('|u1', 1, [5]) };
    return [
      { [FILE]: zipOf(arrays) },
      { [FILE]: zipOf(arrays, false) },
      { [FILE]: npyBytes('>f8', 8, [3, 2], 1, 'True') },
    ];
  },
  runFolder: (folder) => {
    const path = join(folder, FILE);
    const packed = join(folder, 'packed.npz');
    writeFileSync(packed, zipOf({ 'a.npy': readFileSync(path), 'b.npy': npyBytes('|u1', 1, [5]) }));
    return anyOf([() => check(path), () => check(packed)]);
  },
};

async function check(path: string): Promise<void> {
  for (const { shape, data } of Object.values(await readNpz(path, ['a', 'b']))) {
    assert.equal(
      data.length,
      shape.reduce((total, size) => total * size, 1),
    );
  }
}
