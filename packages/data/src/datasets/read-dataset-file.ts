import { basename } from 'node:path';
import { gunzip } from '../gunzip.ts';
import { readBytes } from '../read-bytes.ts';
import { sha256 } from '../sha256.ts';
import { type Dataset, datasetFile } from './dataset.ts';
import { type LocateOptions, locateDatasetFile } from './locate.ts';

/**
 * The unpacked bytes of a data set's file, wherever `locateDatasetFile` finds it; their size and SHA-256 are checked
 * on every read.
 *
 * @throws where the file cannot be had, or is not what the data set's authors published.
 */
export async function readDatasetFile(
  dataset: Dataset,
  name: string,
  options: LocateOptions = {},
): Promise<Uint8Array> {
  const file = datasetFile(dataset, name);
  const path = await locateDatasetFile(dataset, file, options);
  const stored = await readBytes(path);
  const isPacked = file.name !== file.published.name && basename(path) === file.published.name;
  const bytes = isPacked ? await gunzip(stored, path) : stored;
  const digest = sha256(bytes);
  if (digest === file.sha256) return bytes;
  throw new Error(
    `data: ${path} is not the ${file.name} of ${dataset.title}: it holds ${bytes.length} bytes with SHA-256 ${digest}, expected ${file.bytes} bytes with SHA-256 ${file.sha256}; replace or delete it`,
  );
}
