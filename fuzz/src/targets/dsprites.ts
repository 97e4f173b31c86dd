import assert from 'node:assert/strict';
import { join } from 'node:path';
import { drawSprites, readDsprites, spriteFactorValues, unpackImages } from '@unbraid/data';
import { joined } from '../mutate.ts';
import type { FolderTarget } from '../target.ts';
import { zipOf } from '../zip.ts';
import { npyBytes } from './npy.ts';

const FILE = 'dsprites.npz';
const INDEXES = [5, 700_000];

/** Members are stored and small, so that mutations reach them. */
export const dsprites: FolderTarget = {
  name: 'dsprites',
  folders: () => {
    const imgs = withValues(npyBytes('|u1', 1, [2, 64, 64]), Uint8Array.from(drawSprites(INDEXES, 64)));
    const rows = INDEXES.flatMap((index) => [0n, ...Array.from(spriteFactorValues(index), BigInt)]);
    const classes = withValues(npyBytes('<i8', 8, [2, 6]), new Uint8Array(BigInt64Array.from(rows).buffer));
    const arrays = { 'imgs.npy': imgs, 'latents_classes.npy': classes };
    return [{ [FILE]: zipOf(arrays) }, { [FILE]: zipOf(arrays, false) }];
  },
  async runFolder(folder) {
    const images = await readDsprites(join(folder, FILE));
    const { count, pixels, bits, factors } = images;
    assert.equal(bits.length, (count * pixels) / 8);
    assert.equal(factors.length, 5 * count);
    const batch = unpackImages(
      images,
      Array.from({ length: count }, (_, i) => i),
    );
    assert.ok(batch.every((value) => value === 0 || value === 1));
  },
};

function withValues(npy: Uint8Array, values: Uint8Array): Uint8Array {
  return joined(npy.subarray(0, npy.length - values.length), values);
}
