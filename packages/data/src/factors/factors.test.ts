import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, it, test } from 'vitest';
import { startFileServer, whole } from '../../test/file-server.ts';
import { hdf5Bytes } from '../../test/hdf5-bytes.ts';
import { norbBytes } from '../../test/norb-bytes.ts';
import { npyBytes, npzBytes } from '../../test/npz-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { locateDatasetFile } from '../datasets/locate.ts';
import type { FactorImages } from './factor-images.ts';
import { loadMpi3d, mpi3dFactors, openMpi3d } from './mpi3d.ts';
import { openShapes3d, shapes3dFactors } from './shapes3d.ts';
import { loadSmallNorb, readSmallNorb } from './small-norb.ts';

const factors = [
  { name: 'colour', size: 3 },
  { name: 'place', size: 7 },
];
/** 21 images of 5 × 4 pixels in colour, channels last as the files have them. */
const shape = [21, 5, 4, 3] as const;
const bytes = Uint8Array.from(new Uint8Array(createRandom(1).bits(new Uint32Array(21 * 15)).buffer));

/** The pixel of an image that a file with channels last has. */
const pixel = (index: number, channel: number, p: number) => bytes[index * 60 + p * 3 + channel]!;

async function fileOf(content: Uint8Array, name: string): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

const kinds: readonly [string, () => Promise<FactorImages>][] = [
  [
    'MPI3D, stored',
    async () =>
      openMpi3d(await fileOf(npzBytes({ images: npyBytes('|u1', shape, bytes) }, false), 'a.npz'), { factors }),
  ],
  [
    'MPI3D, packed',
    async () => openMpi3d(await fileOf(npzBytes({ images: npyBytes('|u1', shape, bytes) }), 'b.npz'), { factors }),
  ],
  ['3D Shapes', async () => openShapes3d(await fileOf(await hdf5Bytes('images', shape, bytes), 'c.h5'), { factors })],
];

describe.each(kinds)('%s', (_, open) => {
  it('gives images by their place, channels first, in the order in which they are asked for', async () => {
    const images = await open();
    expect(images.count).toBe(21);
    expect(images.image).toEqual({ channels: 3, height: 5, width: 4 });
    const indexes = [20, 3, 4, 0, 3];
    const read = await images.read(indexes);
    expect(read.length).toBe(5 * 60);
    for (const [i, index] of indexes.entries())
      for (let channel = 0; channel < 3; channel++)
        for (let p = 0; p < 20; p++) expect(read[i * 60 + channel * 20 + p]).toBe(pixel(index, channel, p));
    const [once, again] = await Promise.all([images.read([7]), images.read([8, 7])]);
    expect(again!.subarray(60)).toEqual(once);
    const meanwhile = images.read([1]).catch((error: Error) => error);
    await images.close();
    const closed = /^data: .* was closed; open it again to read more of it$/;
    const found = await meanwhile;
    if (found instanceof Error) expect(found.message).toMatch(/^data: (?!.*damaged)/);
    await expect(images.read([1])).rejects.toThrow(closed);
    await expect(images.read([1])).rejects.toMatchObject({ code: 'state' });
  });

  it('knows the factors of images', async () => {
    const images = await open();
    expect([...images.valuesOf([0, 6, 7, 20])]).toEqual([0, 0, 0, 6, 1, 0, 2, 6]);
    expect(() => images.valuesOf([21])).toThrow('data: there is no image 21; they are numbered from 0 to 20');
    await expect(images.read([0.5])).rejects.toThrow('data: there is no image 0.5');
    await images.close();
  });
});

it('factors of more values than a byte has, and what are no factors, are refused before a file is opened', async () => {
  for (const [name, open] of Object.entries({ openMpi3d, openShapes3d })) {
    const large = [{ name: 'all', size: 257 }];
    const refused = (given: unknown) => expect(open('/no/such/file', { factors: given as typeof large })).rejects;
    await refused(large).toThrow(`data: ${name}'s factors[0].size is 257; an integer of at least 1 and at most 256`);
    await refused(null).toThrow(`data: ${name}'s factors is null`);
    await expect(open('/no/such/file', { factor: large } as object)).rejects.toThrow(`${name} has no setting "factor"`);
  }
});

describe('a file of MPI3D', () => {
  it('with another number of images, other arrays or another type is refused', async () => {
    const path = await fileOf(npzBytes({ images: npyBytes('|u1', shape, bytes) }), 'd.npz');
    await expect(openMpi3d(path)).rejects.toThrow(
      `data: images in ${path} has 21 images, 460800 or 1036800 are needed`,
    );
    const other = await fileOf(npzBytes({ pictures: npyBytes('|u1', shape, bytes) }), 'e.npz');
    await expect(openMpi3d(other)).rejects.toThrow(`data: ${other} has no array "images"; it has pictures`);
    const typed = await fileOf(npzBytes({ images: npyBytes('<f4', [2, 1, 1, 1], new Float32Array(2)) }), 'f.npz');
    await expect(openMpi3d(typed)).rejects.toThrow('(images, height, width, channels) of |u1 is needed');
    await expect(openMpi3d('/no/such/file.npz')).rejects.toThrow('there is no such file or folder');
    const plain = await fileOf(new Uint8Array(100), 'g.npz');
    await expect(openMpi3d(plain)).rejects.toThrow(`data: ${plain} is not a zip archive, or it is damaged`);
  });

  it('that is packed is checked once it is read to its end', async () => {
    const content = npzBytes({ images: npyBytes('|u1', shape, bytes) });
    content[Math.floor(content.length / 2)]! ^= 0xff;
    const images = await openMpi3d(await fileOf(content, 'h.npz'), { factors }).catch((error: Error) => error);
    if (images instanceof Error) expect(images.message).toMatch(/^data: /);
    else await expect(images.read([20])).rejects.toThrow(/damaged/);
  });

  it('is looked for in its folders', async () => {
    const folder = temporaryFolder();
    const environment = { UNBRAID_DATA: folder, UNBRAID_CACHE: folder };
    await expect(loadMpi3d('toy', environment)).rejects.toThrow(
      'save https://storage.googleapis.com/disentanglement_dataset/data_npz/sim_toy_64x_ordered_without_heldout_factors.npz as',
    );
    expect(mpi3dFactors.toy.reduce((product, { size }) => product * size, 1)).toBe(460_800);
    expect(mpi3dFactors.real.reduce((product, { size }) => product * size, 1)).toBe(1_036_800);
  });
});

describe('a file of 3D Shapes', () => {
  it('is downloaded, checked and read', async () => {
    const content = await hdf5Bytes('images', shape, bytes);
    const server = await startFileServer(whole(content));
    const fingerprint = {
      name: 'tiny.h5',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
    const file = { ...fingerprint, published: { ...fingerprint, urls: [server.url] as const } };
    const dataset = { name: 'tiny', title: 'Tiny', homepage: server.url, licence: 'none', files: [file] };
    const environment = { UNBRAID_CACHE: temporaryFolder() };
    const images = await openShapes3d(await locateDatasetFile(dataset, file, { environment }), { factors });
    expect((await images.read([5]))[0]).toBe(pixel(5, 0, 0));
    expect(server.requests.length).toBe(1);
    await images.close();
  });

  it('gives no more than 2^30 bytes at once, and says so', async () => {
    const images = await openShapes3d(await fileOf(await hdf5Bytes('images', shape, bytes), 'l.h5'), { factors });
    const read = images.read(new Uint8Array(17_895_698));
    await expect(read).rejects.toThrow('have 1073741880 bytes; ask for 17895697 at once, or fewer');
    await expect(read).rejects.toMatchObject({ code: 'limit' });
    expect((await images.read([5]))[0]).toBe(pixel(5, 0, 0));
    await images.close();
  });

  it('with other images, and what is no such file, is refused in one line', async () => {
    const path = await fileOf(await hdf5Bytes('images', shape, bytes), 'i.h5');
    await expect(openShapes3d(path)).rejects.toThrow('(480000, height, width, channels) is needed');
    const other = await fileOf(await hdf5Bytes('labels', shape, bytes), 'j.h5');
    await expect(openShapes3d(other)).rejects.toThrow(/^data: .*j\.h5 is damaged: [^\n]*$/);
    const plain = await fileOf(new Uint8Array(1000), 'k.h5');
    await expect(openShapes3d(plain)).rejects.toThrow(/^data: .*k\.h5 is damaged: [^\n]*$/);
    await expect(openShapes3d('/no/such/file.h5')).rejects.toThrow('there is no such file or folder');
    expect(shapes3dFactors.reduce((product, { size }) => product * size, 1)).toBe(480_000);
  });
});

describe('SmallNORB', () => {
  const [count, side] = [5, 6];
  const pixels = createRandom(2)
    .bits(new Uint32Array(count * 2 * side * side))
    .map((word) => word % 256);
  const info = Array.from({ length: count }, (_, i) => [i, 8 - i, 2 * i, i % 6]).flat();
  const name = 'smallnorb-5x46789x9x18x6x2x96x96-training';

  async function folderOf(changed: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
    const folder = temporaryFolder();
    const files = {
      [`${name}-dat.mat.gz`]: gzipSync(norbBytes('uint8', [count, 2, side, side], pixels)),
      [`${name}-cat.mat`]: norbBytes('int32', [count], [0, 1, 2, 3, 4]),
      [`${name}-info.mat.gz`]: gzipSync(norbBytes('int32', [count, 4], info)),
      ...changed,
    };
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
    return folder;
  }

  it('is read with its factors, one camera or both', async () => {
    const folder = await folderOf();
    const first = await readSmallNorb(folder);
    expect([first.count, first.image]).toEqual([count, { channels: 1, height: side, width: side }]);
    expect([...first.values.subarray(5, 15)]).toEqual([1, 1, 7, 1, 1, 2, 2, 6, 2, 2]);
    const both = await readSmallNorb(folder, { camera: 'both' });
    expect([...both.images]).toEqual([...pixels]);
    const second = await readSmallNorb(folder, { camera: 'second' });
    const area = side * side;
    for (let i = 0; i < count; i++)
      for (let p = 0; p < area; p++) {
        expect(first.images[i * area + p]).toBe(pixels[2 * i * area + p]);
        expect(second.images[i * area + p]).toBe(pixels[(2 * i + 1) * area + p]);
      }
  });

  it('is found in its folder of data', async () => {
    const folder = await folderOf();
    const data = temporaryFolder();
    await mkdir(join(data, 'small-norb'));
    for (const file of ['dat', 'info'])
      await writeFile(
        join(data, 'small-norb', `${name}-${file}.mat.gz`),
        await readFile(join(folder, `${name}-${file}.mat.gz`)),
      );
    await writeFile(
      join(data, 'small-norb', `${name}-cat.mat.gz`),
      gzipSync(await readFile(join(folder, `${name}-cat.mat`))),
    );
    expect((await loadSmallNorb({ environment: { UNBRAID_DATA: data } })).count).toBe(count);
  });

  test.each([
    ['cut off', { [`${name}-cat.mat`]: norbBytes('int32', [count], [0, 1, 2]) }, 'is truncated: 8 bytes are missing'],
    ['longer', { [`${name}-cat.mat`]: norbBytes('int32', [2], [0, 1]) }, 'whole numbers [5] are needed'],
    ['of bytes', { [`${name}-cat.mat`]: norbBytes('uint8', [count], [0, 1, 2, 3, 4]) }, 'holds uint8 [5]'],
    ['of others', { [`${name}-cat.mat`]: norbBytes('int32', [count], [0, 1, 2, 3, 9]) }, 'has the category 9'],
    ['something else', { [`${name}-cat.mat`]: new Uint8Array(40) }, "no matrix of bytes or of whole numbers in NORB's"],
    ['empty', { [`${name}-cat.mat`]: new Uint8Array(0) }, "is no matrix in NORB's format"],
    ['damaged', { [`${name}-dat.mat.gz`]: gzipSync(pixels).subarray(0, 30) }, 'data: '],
    [
      'too short for what it says',
      { [`${name}-dat.mat.gz`]: norbBytes('uint8', [2 ** 20, 2, 2 ** 10, 2 ** 10], []) },
      'is too short for 1048576 pairs of images',
    ],
  ] as const)('whose file is %s is refused', async (_, changed, message) => {
    const folder = await folderOf(changed as Record<string, Uint8Array>);
    await expect(readSmallNorb(folder)).rejects.toThrow(message);
  });

  it('with a folder in the place of a file is refused', async () => {
    const folder = await folderOf();
    await rm(join(folder, `${name}-cat.mat`));
    await mkdir(join(folder, `${name}-cat.mat`));
    await expect(readSmallNorb(folder)).rejects.toThrow(/^data: cannot read .*-cat\.mat: it is a folder, not a file/);
  });

  it('without its files says which', async () => {
    await expect(readSmallNorb(temporaryFolder(), { part: 'test' })).rejects.toThrow(
      'has neither smallnorb-5x01235x9x18x6x2x96x96-testing-dat.mat nor',
    );
  });
});
