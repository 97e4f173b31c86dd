import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode as encodePng } from 'fast-png';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { matrixRow } from '../matrix.ts';
import { readImage } from './read-image.ts';
import { type ImageFolderOptions, imageFiles, readImageFolder } from './read-image-folder.ts';

/** Written by python/fixtures/image_fixture.py. */
const fixtures = new URL('../../test/fixtures/images/', import.meta.url);

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
  const jpeg = readFileSync(new URL('turned-jpeg/1.jpg', fixtures));
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
  expect(await imageFiles(folder)).toEqual(files);
  expect(await readImage(jpeg, { size: 2, channels: 1 })).toEqual(matrixRow(images, 0));
  const levels = [1, 170 / 255, 85 / 255, 0, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2];
  for (const [i, value] of images.data.entries()) expect(value).toBeCloseTo(levels[i]!, 2);
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

test.each(['turned-jpeg', 'turned-png'])('images stand upright, however the camera was held (%s)', async (kind) => {
  const { images } = await readImageFolder(fileURLToPath(new URL(kind, fixtures)), { size: 2, channels: 1 });
  for (let i = 0; i < 8; i++) {
    const [topLeft, topRight, bottomLeft, bottomRight] = matrixRow(images, i);
    expect(topLeft).toBeCloseTo(1, 1);
    expect(topRight).toBeCloseTo(170 / 255, 1);
    expect(bottomLeft).toBeCloseTo(85 / 255, 1);
    expect(bottomRight).toBeCloseTo(0, 1);
  }
});

test('the background shows where the one transparent colour of an image is', async () => {
  const folder = filledFolder({ 'a.png': readFileSync(new URL('grey1-clear.png', fixtures)) });
  const { images } = await readImageFolder(folder, { size: 2, channels: 1, background: 0.5 });
  const { samples } = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8'))['grey1-clear.png'];
  const brightness = Array.from({ length: 45 }, (_, i) => (samples[2 * i + 1] === 0 ? 0.5 : samples[2 * i]));
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(images.data)).toBeCloseTo(mean(brightness), 5);
});

test.each([
  [{ size: 0 }, "readImageFolder's size is 0; an integer of at least 1 is needed"],
  [{ size: 2, channels: 2 as 1 }, "readImageFolder's channels is 2; 1 or 3 is needed"],
  [
    { size: 2, background: 2 },
    "readImageFolder's background is 2; a finite number of at least 0 and at most 1 is needed",
  ],
  [{ size: 2, limit: 0 }, "readImageFolder's limit is 0; an integer of at least 1 is needed"],
] satisfies [ImageFolderOptions, string][])('the settings %o are refused', async (options, message) => {
  await expect(readImageFolder(temporaryFolder(), options)).rejects.toThrow(`data: ${message}`);
});
