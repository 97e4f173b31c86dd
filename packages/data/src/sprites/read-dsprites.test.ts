import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npyBytes, npzBytes } from '../../test/npz-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { drawSprites } from './draw-sprites.ts';
import { SPRITE_COUNT, spriteFactorValues } from './factors.ts';
import { loadDsprites } from './load-dsprites.ts';
import { unpackImages } from './packed-images.ts';
import { readDsprites } from './read-dsprites.ts';

const NAME = 'dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz';
const COUNT = 37;
const indexes = Int32Array.from({ length: COUNT }, (_, i) => (i * 19_391 + 5) % SPRITE_COUNT);
const drawn = drawSprites(indexes, 64);
const imgs = Uint8Array.from(drawn);
const classes = BigInt64Array.from(
  Array.from(indexes, (index) => [0n, ...Array.from(spriteFactorValues(index), BigInt)]).flat(),
);

/** The arrays of the official file, with fewer rows. */
function officialArrays() {
  return {
    imgs: npyBytes('|u1', [COUNT, 64, 64], imgs),
    latents_classes: npyBytes('<i8', [COUNT, 6], classes),
    latents_values: npyBytes('<f8', [COUNT, 6], new Float64Array(COUNT * 6)),
  };
}

function saved(bytes: Uint8Array, folder = temporaryFolder()): string {
  const path = join(folder, NAME);
  writeFileSync(path, bytes);
  return path;
}

test.each([true, false])('images and factors come back as they were (compressed: %s)', async (compressed) => {
  const images = await readDsprites(saved(npzBytes(officialArrays(), compressed)));
  expect([images.count, images.size, images.bits.length]).toEqual([COUNT, 64, COUNT * 512]);
  expect(
    unpackImages(
      images,
      indexes.map((_, i) => i),
    ),
  ).toEqual(drawn);
  expect([...images.factors.subarray(5, 10)]).toEqual([...spriteFactorValues(indexes[1]!)]);
});

test('images are unpacked in the order asked for, over what was in the batch', async () => {
  const images = await readDsprites(saved(npzBytes(officialArrays())));
  const batch = unpackImages(images, [4, 1], new Float32Array(2 * 4096).fill(9));
  expect(batch).toEqual(drawSprites([indexes[4]!, indexes[1]!], 64));
  expect(() => unpackImages(images, [COUNT])).toThrow(
    `data: there is no image ${COUNT}; they are numbered from 0 to 36`,
  );
  expect(() => unpackImages(images, [0], new Float32Array(9))).toThrow('need a batch of 4096 entries, got 9');
});

test('the file is found in the folder of data sets or the cache, and else told where to get', async () => {
  const root = temporaryFolder();
  const environment = { UNBRAID_DATA: join(root, 'data'), UNBRAID_CACHE: join(root, 'cache') };
  await expect(loadDsprites(environment)).rejects.toThrow(
    `save https://github.com/google-deepmind/dsprites-dataset/raw/master/${NAME} as ${join(root, 'cache', 'dsprites', NAME)}`,
  );
  mkdirSync(join(root, 'cache', 'dsprites'), { recursive: true });
  saved(npzBytes(officialArrays()), join(root, 'cache', 'dsprites'));
  expect((await loadDsprites(environment)).count).toBe(COUNT);
});

test('arrays that are not those of dSprites are refused', async () => {
  const refused = async (change: Partial<ReturnType<typeof officialArrays>>) => {
    const path = saved(npzBytes({ ...officialArrays(), ...change }));
    return readDsprites(path).then(
      () => 'read',
      (error: Error) => error.message.replace(path, 'FILE'),
    );
  };
  const grey = imgs.map((value) => value * 255);
  expect(await refused({ imgs: npyBytes('|u1', [COUNT, 64, 64], grey) })).toBe(
    'data: imgs in FILE has bytes that are neither 0 nor 1 among those of image 0 on',
  );
  expect(await refused({ imgs: npyBytes('<f4', [1, 64, 64], new Float32Array(4096)) })).toMatch('type <f4');
  expect(await refused({ imgs: npyBytes('|u1', [COUNT, 64, 64], imgs.subarray(1)) })).toMatch('that of dSprites is');
  expect(await refused({ imgs: npyBytes('|u1', [1, 64, 64], imgs.subarray(0, 4096)) })).toBe(
    `data: imgs in FILE has 1 images, latents_classes has ${COUNT} rows`,
  );
  expect(await refused({ latents_classes: npyBytes('<i8', [1, 5], new BigInt64Array(5)) })).toMatch(
    'has the shape (1, 5)',
  );
  expect(await refused({ latents_classes: npyBytes('<i8', [1, 6], BigInt64Array.of(0n, 3n, 0n, 0n, 0n, 0n)) })).toBe(
    'data: latents_classes in FILE, row 0 (counted from 0), has the shape 3, dSprites has 0 to 2',
  );
});

test('a damaged file is refused', async () => {
  const bytes = npzBytes(officialArrays());
  await expect(readDsprites(saved(bytes.subarray(0, bytes.length - 30)))).rejects.toThrow(
    'is not a zip archive, or it is damaged',
  );
  const changed = bytes.slice();
  changed[200]! ^= 0x40;
  await expect(readDsprites(saved(changed))).rejects.toThrow(/data: imgs(\.npy)? in .*/);
});
