import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { idxBytes } from '../test/idx-bytes.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { readIdx } from './read-idx.ts';

const file = idxBytes('float32', [2, 2], [1.5, -2, 3, 4]);
const content = { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1.5, -2, 3, 4) };

function saved(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'array-idx');
  writeFileSync(path, bytes);
  return path;
}

test('plain and gzipped files read the same', async () => {
  expect(await readIdx(saved(file))).toEqual(content);
  expect(await readIdx(saved(gzipSync(file)))).toEqual(content);
});

test('a truncated file is named with both sizes', async () => {
  const path = saved(file.subarray(0, 20));
  await expect(readIdx(path)).rejects.toThrow(
    `data: ${path} is truncated: its header announces float32 [2, 2], 28 bytes in all, and it has 20 bytes`,
  );
});

test('a truncated gzip file is named', async () => {
  const path = saved(gzipSync(file).subarray(0, 25));
  await expect(readIdx(path)).rejects.toThrow(
    `data: ${path} is a damaged or truncated gzip file (unexpected end of file, 25 bytes)`,
  );
});

test('a file that is not there is named', async () => {
  const path = join(temporaryFolder(), 'nothing');
  await expect(readIdx(path)).rejects.toThrow(`data: cannot read ${path}: there is no such file or folder (ENOENT)`);
});
