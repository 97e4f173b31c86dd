import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type FactorImages, openMpi3d, openShapes3d, readSmallNorb, smallNorbFactors } from '@unbraid/data';
import type { FolderTarget } from '../target.ts';
import { zipOf } from '../zip.ts';
import { npyBytes } from './npy.ts';

const factors = [
  { name: 'colour', size: 2 },
  { name: 'place', size: 3 },
];
const SHAPE = [6, 4, 4, 3];

/** Reads all images and asserts that there are as many bytes as the file says. */
async function check(images: FactorImages): Promise<void> {
  try {
    const { count, image } = images;
    const indexes = Array.from({ length: count }, (_, i) => count - 1 - i);
    const pixels = await images.read(indexes);
    assert.equal(pixels.length, count * image.channels * image.height * image.width);
    const values = images.valuesOf(indexes);
    assert.ok(values.every((value, i) => value < images.factors[i % images.factors.length]!.size));
  } finally {
    await images.close();
  }
}

export const mpi3d: FolderTarget = {
  name: 'mpi3d',
  folders: () => {
    const arrays = { 'images.npy': npyBytes('|u1', 1, SHAPE) };
    return [{ 'x.npz': zipOf(arrays) }, { 'x.npz': zipOf(arrays, false) }];
  },
  runFolder: async (folder) => check(await openMpi3d(join(folder, 'x.npz'), { factors })),
};

/** A file of one dataset, packed in chunks. */
async function hdf5Bytes(): Promise<Uint8Array> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-fuzz-'));
  const path = join(folder, 'made.h5');
  const data = Uint8Array.from({ length: 288 }, (_, i) => (i * i) % 251);
  const file = new hdf5.File(path, 'w');
  const chunks = { chunks: [2, 4, 4, 3], compression: 'gzip' as const, compression_opts: [4] };
  file.create_dataset({ name: 'images', data, shape: SHAPE, dtype: '<B', ...chunks });
  file.close();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** Each file is read in a thread of its own, which starts slowly. */
export const shapes3d: FolderTarget = {
  name: 'shapes3d',
  limitMs: 40_000,
  testCases: 8,
  folders: async () => [{ 'x.h5': await hdf5Bytes() }],
  runFolder: async (folder) => check(await openShapes3d(join(folder, 'x.h5'), { factors })),
};

/** A matrix in NORB's format. */
function norbBytes(word: number, shape: readonly number[], values: ArrayBufferView): Uint8Array {
  const sizes = Array.from({ length: Math.max(3, shape.length) }, (_, i) => shape[i] ?? 1);
  const header = new Uint8Array(Int32Array.of(word, shape.length, ...sizes).buffer);
  const body = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Uint8Array.of(...header, ...body);
}

const PART = 'smallnorb-5x46789x9x18x6x2x96x96-training';

export const smallNorb: FolderTarget = {
  name: 'small-norb',
  folders: () => {
    const dat = norbBytes(0x1e3d4c55, [3, 2, 4, 4], new Uint8Array(96).fill(7));
    const cat = norbBytes(0x1e3d4c54, [3], Int32Array.of(0, 1, 4));
    const info = norbBytes(0x1e3d4c54, [3, 4], Int32Array.of(4, 0, 34, 5, 6, 8, 0, 0, 9, 1, 2, 3));
    const plain = { [`${PART}-dat.mat`]: dat, [`${PART}-cat.mat`]: cat, [`${PART}-info.mat`]: info };
    const packed = Object.entries(plain).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)] as const);
    return [plain, Object.fromEntries(packed)];
  },
  async runFolder(folder) {
    const { count, image, images, values } = await readSmallNorb(folder, { camera: 'both' });
    assert.equal(images.length, count * image.channels * image.height * image.width);
    assert.equal(values.length, count * smallNorbFactors.length);
    assert.ok(values.every((value, i) => value < smallNorbFactors[i % smallNorbFactors.length]!.size));
  },
};
