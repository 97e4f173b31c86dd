import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startFileServer, status, whole } from '../../test/file-server.ts';
import { tarBytes } from '../../test/tar-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyDataset } from '../../test/tiny-dataset.ts';
import { sha256 } from '../sha256.ts';
import type { Dataset } from './dataset.ts';
import { readDatasetFile, readDatasetFiles } from './read-dataset-file.ts';

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

describe('a data set published as one archive', () => {
  const files = { 'one.bin': Uint8Array.of(1, 2, 3), 'two.bin': Uint8Array.of(4, 5) };
  const tar = tarBytes({ 'folder/one.bin': files['one.bin'], 'folder/two.bin': files['two.bin'] });
  const archive = new Uint8Array(gzipSync(tar));

  function archived(url: string): Dataset {
    const published = { name: 'all.tar.gz', bytes: archive.length, sha256: sha256(archive), urls: [url] as const };
    const members = Object.entries(files).map(([name, bytes]) => ({
      name,
      bytes: bytes.length,
      sha256: sha256(bytes),
      published,
    }));
    return { name: 'tiny', title: 'Tiny', homepage: url, licence: 'none', files: members };
  }

  test('is downloaded once, and each of its files comes back', async () => {
    const server = await startFileServer(whole(archive), status(500));
    const options = { environment: { UNBRAID_CACHE: temporaryFolder() } };
    const [two, one] = await readDatasetFiles(archived(server.url), ['two.bin', 'one.bin'], options);
    expect([...one!]).toEqual([1, 2, 3]);
    expect([...two!]).toEqual([4, 5]);
    expect(server.requests).toHaveLength(1);
  });

  test('reads from files that were unpacked by hand as well', async () => {
    const { options } = stored('one.bin', files['one.bin']);
    writeFileSync(join(options.environment.UNBRAID_DATA, 'tiny', 'all.tar.gz'), archive);
    const [one, two] = await readDatasetFiles(archived('http://127.0.0.1:1/'), ['one.bin', 'two.bin'], options);
    expect([...one!, ...two!]).toEqual([1, 2, 3, 4, 5]);
  });

  test('that lacks a file is named', async () => {
    const other = new Uint8Array(gzipSync(tarBytes({ 'folder/one.bin': files['one.bin'] })));
    const { path, options } = stored('all.tar.gz', other);
    await expect(readDatasetFile(archived('http://127.0.0.1:1/'), 'two.bin', options)).rejects.toThrow(
      `data: ${path} has no two.bin; it has folder/one.bin`,
    );
  });
});
