import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readIdx } from '@unbraid/data';
import { anyOf } from '../any-of.ts';
import type { FolderTarget } from '../target.ts';

const FILE = 'images-idx3-ubyte';

/** `readIdx` of files as they are, and of what they hold packed once more, so that the checksum of the packing is right. */
export const idxFile: FolderTarget = {
  name: 'idx-file',
  folders: () => {
    const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 4, ...Array.from({ length: 12 }, (_, i) => i));
    return [{ [FILE]: bytes }, { [FILE]: gzipSync(bytes) }, { [FILE]: gzipSync(bytes, { level: 0 }) }];
  },
  runFolder: (folder) => {
    const path = join(folder, FILE);
    const packed = join(folder, 'packed');
    writeFileSync(packed, gzipSync(readFileSync(path)));
    return anyOf([() => check(path), () => check(packed)]);
  },
};

async function check(path: string): Promise<void> {
  const { shape, data } = await readIdx(path);
  assert.equal(
    data.length,
    shape.reduce((total, size) => total * size, 1),
  );
}
