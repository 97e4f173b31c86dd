import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { makeFolder } from './make-folder.ts';

vi.mock('node:fs/promises', { spy: true });
afterEach(() => {
  vi.mocked(fs.mkdir).mockReset();
});

test('folders are made down to the last, and made again without complaint', async () => {
  const path = join(temporaryFolder(), 'a', 'b', 'c');
  await makeFolder(path);
  await makeFolder(path);
  expect((await fs.stat(path)).isDirectory()).toBe(true);
});

test('many makers of one folder do not get into each other’s way', async () => {
  const path = join(temporaryFolder(), 'a', 'b');
  await Promise.all(Array.from({ length: 10 }, () => makeFolder(path)));
  expect((await fs.stat(path)).isDirectory()).toBe(true);
});

test('a file of that name is named', async () => {
  const path = join(temporaryFolder(), 'taken');
  await fs.writeFile(path, '');
  await expect(makeFolder(path)).rejects.toThrow(`data: cannot make the folder ${path}: it is there already (EEXIST)`);
});

test('a read-only file system is named, with the first folder that is missing', async () => {
  const path = join(temporaryFolder(), 'a');
  vi.mocked(fs.mkdir).mockImplementation(async (folder) => {
    throw Object.assign(new Error(), { code: folder === path ? 'EROFS' : 'ENOENT' });
  });
  await expect(makeFolder(join(path, 'b'))).rejects.toThrow(
    `data: cannot make the folder ${path}: the file system is read-only; choose another place (EROFS)`,
  );
});

test('a folder that is none although the one above it is there is an error', async () => {
  await expect(makeFolder('')).rejects.toThrow(
    'data: cannot make the folder : there is no such file or folder (ENOENT)',
  );
  const path = join(temporaryFolder(), 'a');
  vi.mocked(fs.mkdir).mockImplementation(async () => {
    throw Object.assign(new Error(), { code: 'ENOENT' });
  });
  vi.mocked(fs.mkdir).mockRejectedValueOnce(Object.assign(new Error(), { code: 'ENOENT' }));
  vi.mocked(fs.mkdir).mockRejectedValueOnce(Object.assign(new Error(), { code: 'EEXIST' }));
  await expect(makeFolder(path, 'lab')).rejects.toThrow(
    `lab: cannot make the folder ${path}: there is no such file or folder (ENOENT)`,
  );
});
