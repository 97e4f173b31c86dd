import { gzipSync } from 'node:zlib';
import type { Dataset, DatasetFile } from '../src/datasets/dataset.ts';
import { sha256 } from '../src/sha256.ts';

/** A data set of one gzipped file at `url`, made by the test itself. */
export function tinyDataset(content: Uint8Array, url: string) {
  const packed = new Uint8Array(gzipSync(content));
  const file: DatasetFile = {
    name: 'digits',
    bytes: content.length,
    sha256: sha256(content),
    published: { name: 'digits.gz', bytes: packed.length, sha256: sha256(packed), urls: [url] },
  };
  const dataset: Dataset = {
    name: 'tiny',
    title: 'Tiny',
    homepage: url,
    licence: 'none',
    npmPackage: { name: 'tiny-data', folder: 'files' },
    files: [file],
  };
  return { dataset, file, packed };
}
