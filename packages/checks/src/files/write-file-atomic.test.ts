import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

vi.mock('node:fs/promises', { spy: true });
afterEach(() => {
  vi.mocked(fs.open).mockReset();
  vi.mocked(fs.rename).mockReset();
});

/** A disk with room for half of what is written. */
function fillTheDisk(): void {
  vi.mocked(fs.open).mockImplementationOnce(async (path) => {
    const full = Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
    const writeFile = async (content: Uint8Array) => {
      writeFileSync(String(path), content.subarray(0, content.length / 2));
      throw full;
    };
    return { writeFile, sync: async () => {}, close: async () => {} } as unknown as fs.FileHandle;
  });
}

test('bytes and text are written, and nothing else is left in the folder', async () => {
  const folder = temporaryFolder();
  await writeFileAtomic(join(folder, 'bytes'), Uint8Array.of(0, 255, 7));
  await writeFileAtomic(join(folder, 'text'), 'größer');
  expect([...readFileSync(join(folder, 'bytes'))]).toEqual([0, 255, 7]);
  expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('größer');
  expect(readdirSync(folder).sort()).toEqual(['bytes', 'text']);
});

test('a view into a larger buffer writes its own bytes only', async () => {
  const path = join(temporaryFolder(), 'view');
  await writeFileAtomic(path, new Uint8Array(Float64Array.of(1, 2, 3).buffer, 8, 8));
  expect(new Float64Array(new Uint8Array(readFileSync(path)).buffer)).toEqual(Float64Array.of(2));
});

test('many writers at once leave one of their contents whole', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'contended');
  const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
  expect(contents).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(folder)).toEqual(['contended']);
});

test('a full disk is named, the old file stays and the temporary one goes', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'checkpoint');
  writeFileSync(path, 'old');
  fillTheDisk();
  await expect(writeFileAtomic(path, new Uint8Array(1000))).rejects.toThrow(
    `data: cannot write ${path}: the disk is full; free some space and try again (ENOSPC)`,
  );
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['checkpoint']);
});

test('a rename that fails leaves no temporary file', async () => {
  const folder = temporaryFolder();
  vi.mocked(fs.rename).mockRejectedValueOnce(Object.assign(new Error('read-only'), { code: 'EROFS' }));
  await expect(writeFileAtomic(join(folder, 'x'), 'new')).rejects.toThrow('the file system is read-only');
  expect(readdirSync(folder)).toEqual([]);
});

test('a missing folder is named', async () => {
  const folder = join(temporaryFolder(), 'not', 'there');
  await expect(writeFileAtomic(join(folder, 'x'), '')).rejects.toThrow(
    `data: cannot write ${join(folder, 'x')}: the folder ${folder} does not exist; create it first`,
  );
});

test('a folder of that name is not replaced', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'x'));
  await expect(writeFileAtomic(join(folder, 'x'), '')).rejects.toThrow('it is a folder, not a file (EISDIR)');
  expect(readdirSync(folder)).toEqual(['x']);
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a read-only folder is named', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o500);
  await expect(writeFileAtomic(join(folder, 'x'), '')).rejects.toThrow(
    `data: cannot write ${join(folder, 'x')}: permission denied; choose another place or change its permissions (EACCES)`,
  );
});
