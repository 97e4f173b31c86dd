import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { idxBytes } from '../../test/idx-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { sha256 } from '../sha256.ts';
import { type Dataset, publishedFile } from './dataset.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { readIdxImages } from './idx-images.ts';
import { loadFashionMnist } from './load-fashion-mnist.ts';

/** Two images and their labels as a data set of its form, in a folder of one's own. */
function small(): { readonly dataset: Dataset; readonly root: string; readonly pixels: readonly number[] } {
  const root = temporaryFolder();
  mkdirSync(join(root, 'small'));
  const pixels = Array.from({ length: 2 * 784 }, (_, i) => (i * 7) % 256);
  const file = (name: string, content: Uint8Array) => {
    const bytes = gzipSync(content);
    writeFileSync(join(root, 'small', name), bytes);
    return publishedFile(name, bytes.length, sha256(bytes), [`https://nowhere.invalid/${name}`]);
  };
  const files = [
    file('train-images-idx3-ubyte.gz', idxBytes('uint8', [2, 28, 28], pixels)),
    file('train-labels-idx1-ubyte.gz', idxBytes('uint8', [2], [9, 3])),
  ];
  return { dataset: { ...fashionMnist, name: 'small', title: 'Small', files }, root, pixels };
}

test('packed files in the form of MNIST are read as they are published', async () => {
  const { dataset, root, pixels } = small();
  const options = { environment: { UNBRAID_DATA: root }, ending: '.gz' } as const;
  const whole = await readIdxImages(dataset, 'train', options);
  expect([[...whole.images], [...whole.labels]]).toEqual([pixels, [9, 3]]);
  const one = await readIdxImages(dataset, 'train', { ...options, limit: 1 });
  expect([[...one.images], [...one.labels]]).toEqual([pixels.slice(0, 784), [9]]);
  await expect(readIdxImages(dataset, 'train', { ...options, limit: 3 })).rejects.toThrow(
    'data: the train part of Small has 2 images, the limit 3 is not',
  );
});

test('files of the right names with other content are refused', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'fashion-mnist'));
  writeFileSync(join(root, 'fashion-mnist', 'train-labels-idx1-ubyte.gz'), gzipSync(idxBytes('uint8', [2], [1, 2])));
  await expect(loadFashionMnist({ environment: { UNBRAID_DATA: root } })).rejects.toThrow(
    /train-labels-idx1-ubyte.gz is not the train-labels-idx1-ubyte.gz of Fashion-MNIST/,
  );
});

test('without the files and without a network it is said how to get them', async () => {
  const environment = { UNBRAID_OFFLINE: '1', UNBRAID_CACHE: temporaryFolder() };
  await expect(loadFashionMnist({ environment })).rejects.toThrow(
    /UNBRAID_OFFLINE forbids the download; unset it, or save https:\/\/github/,
  );
  await expect(loadFashionMnist({ trainLimit: -1 })).rejects.toThrow(/data: loadFashionMnist's trainLimit/);
});
