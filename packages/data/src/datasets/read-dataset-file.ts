import { basename } from 'node:path';
import { InputError } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import { gunzip } from '../gunzip.ts';
import { sha256 } from '../sha256.ts';
import { tarMember } from '../tar.ts';
import { type Dataset, type DatasetFile, datasetFile } from './dataset.ts';
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
  const [bytes] = await readDatasetFiles(dataset, [name], options);
  return bytes!;
}

/**
 * Several files as by `readDatasetFile`; an archive that holds several of them is unpacked once, and they are views over
 * it.
 *
 * @throws as `readDatasetFile`.
 */
export async function readDatasetFiles(
  dataset: Dataset,
  names: readonly string[],
  options: LocateOptions = {},
): Promise<Uint8Array[]> {
  const unpacked: Unpacked = new Map();
  const contents: Uint8Array[] = [];
  for (const name of names) {
    const file = datasetFile(dataset, name);
    const path = await locateDatasetFile(dataset, file, options);
    const bytes = await contentOf({ dataset, file, path }, unpacked);
    checkContent(bytes, { dataset, file, path });
    contents.push(bytes);
  }
  return contents;
}

/** What packed files hold, by their path. */
type Unpacked = Map<string, Uint8Array>;

interface Located {
  readonly dataset: Dataset;
  readonly file: DatasetFile;
  readonly path: string;
}

async function contentOf({ dataset, file, path }: Located, unpacked: Unpacked): Promise<Uint8Array> {
  const isPacked = file.name !== file.published.name && basename(path) === file.published.name;
  if (!isPacked) return readBytes(path);
  const isArchive = file.published.name.endsWith('.tar.gz');
  const expected = isArchive ? archiveBytes(dataset) : file.bytes;
  const content = unpacked.get(path) ?? (await gunzip(await readBytes(path), path, expected));
  unpacked.set(path, content);
  return isArchive ? tarMember(content, file.name, path) : content;
}

/** What an archive holds beside the files that are read from it: notices, a header and padding for each file. */
const ARCHIVE_SLACK_BYTES = 2 ** 20;

/** More than the archive of all files unpacks to. */
function archiveBytes({ files }: Dataset): number {
  return files.reduce((total, { bytes }) => total + bytes, ARCHIVE_SLACK_BYTES);
}

function checkContent(bytes: Uint8Array, { dataset, file, path }: Located): void {
  const digest = sha256(bytes);
  if (digest === file.sha256) return;
  throw new InputError(
    'file',
    `data: ${path} is not the ${file.name} of ${dataset.title}: it holds ${bytes.length} bytes with SHA-256 ${digest}, expected ${file.bytes} bytes with SHA-256 ${file.sha256}; replace or delete it`,
  );
}
