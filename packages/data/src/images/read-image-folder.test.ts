import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type ImageFolderOptions, readImageFolder } from './read-image-folder.ts';

function greyPng(level: number, side = 4): Uint8Array {
  return encodePng({ width: side, height: side, channels: 1, data: new Uint8Array(side * side).fill(level) });
}

function filledFolder(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

test('images of both kinds and any size become rows in the order of their names', async () => {
  const jpeg = encodeJpeg({ width: 16, height: 16, data: new Uint8Array(1024).fill(255) }, 90).data;
  const folder = filledFolder({
    'b.PNG': greyPng(51, 9),
    'a/2.png': greyPng(102),
    'a/1.jpeg': jpeg,
    'notes.txt': 'no image',
    '.hidden.png': 'no image',
  });
  const { images, files, unreadable } = await readImageFolder(folder, { size: 2, channels: 1 });
  expect(files).toEqual(['a/1.jpeg', 'a/2.png', 'b.PNG']);
  expect(unreadable).toEqual([]);
  expect([images.rows, images.cols]).toEqual([3, 4]);
  const levels = [1, 0.4, 0.2];
  for (const [i, value] of images.data.entries()) expect(value).toBeCloseTo(levels[Math.floor(i / 4)]!, 2);
});

test('by default images have three channels', async () => {
  const { images } = await readImageFolder(filledFolder({ 'a.png': greyPng(255) }), { size: 4 });
  expect([...images.data]).toEqual(new Array(48).fill(1));
});

test('a limit takes the first', async () => {
  const folder = filledFolder({ 'a.png': greyPng(1), 'b.png': greyPng(2), 'c.png': 'damaged' });
  const { files } = await readImageFolder(folder, { size: 2, limit: 2 });
  expect(files).toEqual(['a.png', 'b.png']);
});

test('unreadable files are named and counted, and skipped only on request', async () => {
  const png = greyPng(255, 16);
  const folder = filledFolder({ 'a.png': png, 'b.png': png.subarray(0, 40), 'c.jpg': 'text', 'd.png': png });
  await expect(readImageFolder(folder, { size: 2 })).rejects.toThrow(
    `data: 2 of 4 images in ${folder} cannot be read, the first b.png (`,
  );
  const { images, files, unreadable } = await readImageFolder(folder, { size: 2, skipUnreadable: true });
  expect(files).toEqual(['a.png', 'd.png']);
  expect([...images.data]).toEqual(new Array(2 * 12).fill(1));
  expect(unreadable.map(({ file }) => file)).toEqual(['b.png', 'c.jpg']);
  expect(unreadable[1]!.reason).toBe('it is neither a PNG nor a JPEG image');
});

test('a folder of unreadable files only, or of none, is refused', async () => {
  const damaged = filledFolder({ 'a.png': 'text' });
  await expect(readImageFolder(damaged, { size: 2, skipUnreadable: true })).rejects.toThrow('; none is left');
  const empty = temporaryFolder();
  await expect(readImageFolder(empty, { size: 2 })).rejects.toThrow(`data: ${empty} has no images`);
  await expect(readImageFolder(join(empty, 'b'), { size: 2 })).rejects.toThrow(
    `data: cannot read the folder ${join(empty, 'b')}: there is no such file or folder (ENOENT)`,
  );
});

test.each([
  [{ size: 0 }, 'the size of images is a whole number of pixels from 1, got 0'],
  [{ size: 2, channels: 2 as 1 }, 'images have 1 or 3 channels, got 2'],
  [{ size: 2, background: 2 }, 'the background of images is a grey level in [0, 1], got 2'],
  [{ size: 2, limit: 0 }, 'the limit of images is a whole number from 1, got 0'],
] satisfies [ImageFolderOptions, string][])('the settings %o are refused', async (options, message) => {
  await expect(readImageFolder(temporaryFolder(), options)).rejects.toThrow(`data: ${message}`);
});
