import { InputError } from '@unbraid/checks';
import { gunzip, isGzip } from '../gunzip.ts';
import { type IdxArray, parseIdx } from '../idx.ts';
import { imageCount, type RawImages } from '../labelled-images.ts';
import type { Dataset } from './dataset.ts';
import type { LocateOptions } from './locate.ts';
import { readDatasetFile } from './read-dataset-file.ts';

/** Pixels of an image of MNIST and of what has its form. */
export const IDX_PIXELS = 28 * 28;

const PREFIX = { train: 'train', test: 't10k' } as const;
/** What the larger file of either part unpacks to, and a header. */
const UNPACKED_BYTES = 60_000 * IDX_PIXELS + 16;

/**
 * One part of a data set in MNIST's form, as bytes.
 *
 * @param ending of the files' names: `.gz` where they are read as they are published
 * @param limit how many images, from the first on; all unless given.
 * @throws as `readDatasetFile`, for files that are no bytes, and where a limit is more than there is.
 */
export async function readIdxImages(
  dataset: Dataset,
  part: 'train' | 'test',
  options: LocateOptions & { readonly limit?: number | undefined; readonly ending?: '' | '.gz' },
): Promise<RawImages> {
  const { limit, ending = '', ...locating } = options;
  const what = `the ${part} part of ${dataset.title}`;
  const read = async (kind: string) => {
    const name = `${PREFIX[part]}-${kind}${ending}`;
    const bytes = await readDatasetFile(dataset, name, locating);
    return bytesOf(parseIdx(isGzip(bytes) ? await gunzip(bytes, name, UNPACKED_BYTES) : bytes, what), dataset);
  };
  const labels = await read('labels-idx1-ubyte');
  const count = imageCount(limit, labels.length, what);
  const images = await read('images-idx3-ubyte');
  if (count === labels.length) return { images, labels };
  // Copies, so that the rest of the files is not held.
  return { images: images.slice(0, count * IDX_PIXELS), labels: labels.slice(0, count) };
}

function bytesOf(array: IdxArray, { title }: Dataset): Uint8Array {
  if (array.dtype !== 'uint8') throw new InputError('file', `data: ${title} holds bytes, its file has ${array.dtype}`);
  return array.data;
}
