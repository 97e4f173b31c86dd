import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as hdf5 from 'h5wasm/node';
import { temporaryFolder } from './temporary-folder.ts';

/** A file with one dataset of bytes, packed in chunks of some rows. */
export async function hdf5Bytes(name: string, shape: readonly number[], values: Uint8Array): Promise<Uint8Array> {
  await hdf5.ready;
  const path = join(temporaryFolder(), 'made.h5');
  const file = new hdf5.File(path, 'w');
  file.create_dataset({
    name,
    data: values,
    shape: [...shape],
    dtype: '<B',
    chunks: [Math.min(4, shape[0]!), ...shape.slice(1)],
    compression: 'gzip',
    compression_opts: [4],
  });
  file.close();
  return readFile(path);
}
