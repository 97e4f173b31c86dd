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

test('no more is unpacked than the header announces', async () => {
  const bomb = new Uint8Array(64 * 2 ** 20);
  bomb.set(idxBytes('uint8', [3], [1, 2, 3]));
  const path = saved(gzipSync(bomb));
  const before = process.memoryUsage.rss();
  await expect(readIdx(path)).rejects.toThrow(
    `data: ${path} unpacks to more than 11 bytes, which are all that is expected of it`,
  );
  expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 2 ** 20);
});

test('what is announced and cannot be packed in the file is refused before there is room made for it', async () => {
  const header = Uint8Array.of(0, 0, 8, 1, 0x7f, 0xff, 0xff, 0xff, 5);
  await expect(readIdx(saved(gzipSync(header)))).rejects.toThrow(
    /is truncated: its header announces 2147483655 bytes, which its \d+ packed ones cannot hold$/,
  );
});

test('a limit is kept', async () => {
  const path = saved(gzipSync(file));
  await expect(readIdx(path, { maxBytes: 27 })).rejects.toThrow(
    `data: ${path} unpacks to 28 bytes; set maxBytes above 27 to read it`,
  );
  expect(await readIdx(path, { maxBytes: 28 })).toEqual(content);
  await expect(readIdx(path, { maxBytes: Number.NaN })).rejects.toThrow("data: readIdx's maxBytes is NaN");
});

test('a path is a text', async () => {
  await expect(readIdx(undefined as never)).rejects.toThrow("data: a file's path is needed, got undefined");
});
