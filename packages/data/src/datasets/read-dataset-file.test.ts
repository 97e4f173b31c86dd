import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyDataset } from '../../test/tiny-dataset.ts';
import { sha256 } from '../sha256.ts';
import { readDatasetFile } from './read-dataset-file.ts';

const content = Uint8Array.of(3, 1, 4, 1, 5);
const { dataset, packed } = tinyDataset(content, 'http://127.0.0.1:1/digits.gz');

function stored(name: string, bytes: Uint8Array) {
  const root = temporaryFolder();
  mkdirSync(join(root, 'tiny'));
  const path = join(root, 'tiny', name);
  writeFileSync(path, bytes);
  return { path, options: { environment: { UNBRAID_DATA: root, UNBRAID_CACHE: root, UNBRAID_OFFLINE: '1' } } };
}

test('the unpacked content comes back, however the file is stored', async () => {
  const plain = await readDatasetFile(dataset, 'digits', stored('digits', content).options);
  const gzipped = await readDatasetFile(dataset, 'digits', stored('digits.gz', packed).options);
  expect([...plain]).toEqual([...content]);
  expect([...gzipped]).toEqual([...content]);
});

test('a tampered file is named with what was expected', async () => {
  const { path, options } = stored('digits', Uint8Array.of(3, 1, 4, 1, 6));
  await expect(readDatasetFile(dataset, 'digits', options)).rejects.toThrow(
    `data: ${path} is not the digits of Tiny: it holds 5 bytes with SHA-256 ${sha256(Uint8Array.of(3, 1, 4, 1, 6))}, expected 5 bytes with SHA-256 ${sha256(content)}; replace or delete it`,
  );
});

test('a packed file that ends too early is named', async () => {
  const { path, options } = stored('digits.gz', packed.subarray(0, -3));
  await expect(readDatasetFile(dataset, 'digits', options)).rejects.toThrow(
    `data: ${path} is a damaged or truncated gzip file`,
  );
});

test('a file that the data set does not have is refused with those it has', async () => {
  await expect(readDatasetFile(dataset, 'letters')).rejects.toThrow(
    'data: Tiny has no file "letters"; its files are digits',
  );
});
