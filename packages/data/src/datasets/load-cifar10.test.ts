import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { cifar10 } from './cifar10.ts';
import { loadCifar10, loadCifar10Raw } from './load-cifar10.ts';
import { locateDatasetFile } from './locate.ts';

const offline = { environment: { ...process.env, UNBRAID_OFFLINE: '1' } };
const isHere = await Promise.all(cifar10.files.map((file) => locateDatasetFile(cifar10, file, offline))).then(
  () => true,
  () => false,
);

describe.skipIf(!isHere)('CIFAR-10 (skipped where it is not on this machine)', () => {
  test('the test part has a thousand images of each class', async () => {
    const { images, labels } = await loadCifar10Raw('test', undefined, offline);
    expect(images).toHaveLength(10_000 * 3072);
    const counts = new Array<number>(10).fill(0);
    for (const label of labels) counts[label]!++;
    expect(counts).toEqual(new Array(10).fill(1000));
  });

  test('limits take the first images of both parts', async () => {
    const { train, test: held } = await loadCifar10({ ...offline, trainLimit: 10_001, testLimit: 2 });
    expect([train.images.rows, train.images.cols, held.images.rows]).toEqual([10_001, 3072, 2]);
    expect([...held.labels]).toEqual([3, 8]);
  });
});

test('no images are read from no file', async () => {
  const nowhere = { environment: { UNBRAID_CACHE: temporaryFolder(), UNBRAID_OFFLINE: '1' } };
  const { train, test: held } = await loadCifar10({ ...nowhere, trainLimit: 0, testLimit: 0 });
  expect([train.images.rows, train.images.cols, held.labels.length]).toEqual([0, 3072, 0]);
});

test.each([50_001])('the limit %d is refused with what there is', async (limit) => {
  await expect(loadCifar10({ trainLimit: limit })).rejects.toThrow(
    `data: the train part of CIFAR-10 has 50000 images, the limit ${limit} is not among 0 to that`,
  );
});

test('files of the right names with other content are refused', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'cifar10'));
  writeFileSync(join(root, 'cifar10', 'data_batch_1.bin'), new Uint8Array(3073));
  await expect(loadCifar10({ environment: { UNBRAID_DATA: root }, trainLimit: 1 })).rejects.toThrow(
    'data_batch_1.bin is not the data_batch_1.bin of CIFAR-10: it holds 3073 bytes',
  );
});

test('offline, the message says where the archive comes from and goes to', async () => {
  const cache = temporaryFolder();
  const options = { environment: { UNBRAID_CACHE: cache, UNBRAID_OFFLINE: '1' }, trainLimit: 1 };
  await expect(loadCifar10(options)).rejects.toThrow(
    `save https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz as ${join(cache, 'cifar10', 'cifar-10-binary.tar.gz')}`,
  );
});
