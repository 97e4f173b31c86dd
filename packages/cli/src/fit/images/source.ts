import { basename } from 'node:path';
import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { ByteImages } from '@unbraid/dynamic-vae';
import { RunError } from '@unbraid/experiment';
import { createRandom } from '@unbraid/kernels';
import { checkFolder, type FolderImage, folderHash, imagesOf, writePixels } from './folder.ts';
import type { ImageSettings } from './settings.ts';

/** Images to learn from. */
export interface ImageSourceFiles {
  /** `photos` */
  readonly name: string;
  readonly channels: 1 | 3;
  readonly train: ByteImages;
  /** In [0, 1]; not learned from. */
  readonly validation: Matrix;
  /** Files of the rows of `validation`. */
  readonly validationFiles: readonly string[];
  readonly unreadable: number;
  readonly notices: readonly string[];
  readonly identity: Pick<ImageSettings, 'folderSha256'>;
}

/** More bytes of pixels are refused rather than filling the memory. */
const MOST_BYTES = 4 * 2 ** 30;
/** More images would take longer to measure on than they tell. */
const MOST_VALIDATED = 2000;
/** Fewer images are told of. */
const FEW = 200;

/**
 * Reads the images of a folder, and divides them into those that are learned from and those that are measured on.
 * @throws {InputError} in one line
 */
export async function readImages(settings: ImageSettings, seed: number): Promise<ImageSourceFiles> {
  checkFolder(settings.folder);
  const hash = folderHash();
  const notices: string[] = [];
  let unreadable = 0;
  const all: FolderImage[] = [];
  let bytes = 0;
  const onUnreadable = (file: string, reason: string) => {
    if (unreadable++ < 10) notices.push(`left out: ${file}: ${reason}`);
  };
  for await (const image of imagesOf(settings, { hash, onUnreadable })) {
    bytes += image.pixels.length;
    if (bytes > MOST_BYTES)
      throw new InputError(
        'limit',
        `fit: the images of ${settings.folder} have more than 4 GB at ${settings.size} pixels, after ${all.length} of them; take a smaller --size, or --limit ${all.length}`,
      );
    all.push(image);
  }
  if (unreadable > 10) notices.push(`and ${unreadable - 10} more files`);
  const channels = channelsOf(all, settings, notices);
  if (all.length < 2)
    throw new InputError(
      'data',
      `fit: ${settings.folder} has one image that can be read; to learn and to measure takes two at least, and a few hundred to tell anything`,
    );
  if (all.length < FEW)
    notices.push(
      `${all.length} images are few: latents will tell these apart and hardly more; a few hundred are needed, thousands are better`,
    );
  const order = createRandom(seed).split('validation').permutation(all.length);
  const held = Math.min(MOST_VALIDATED, Math.max(1, Math.round(settings.validation * all.length)), all.length - 1);
  const [validation, train] = [order.slice(0, held).sort(), order.slice(held).sort()];
  const rows = bytesOf(all, validation, channels, settings.size);
  return {
    name: basename(settings.folder),
    channels,
    train: bytesOf(all, train, channels, settings.size),
    validation: createMatrix(
      rows.rows,
      rows.cols,
      Float32Array.from(rows.bytes, (value) => value / 255),
    ),
    validationFiles: Array.from(validation, (at) => all[at]!.file),
    unreadable,
    notices,
    identity: { folderSha256: hash.digest('hex') },
  };
}

/** The same for a run that goes on. @throws {RunError} where the images are others than the run began with */
export async function readSameImages(settings: ImageSettings, seed: number): Promise<ImageSourceFiles> {
  const source = await readImages(settings, seed);
  const [now, then] = [source.identity.folderSha256, settings.folderSha256];
  if (now === then) return source;
  throw new RunError(
    `fit: the images of ${settings.folder} have changed since the run began (SHA-256 ${then.slice(0, 12)}…, now ${now.slice(0, 12)}…); put them back, or start a new run`,
  );
}

function channelsOf(all: readonly FolderImage[], { channels }: ImageSettings, notices: string[]): 1 | 3 {
  const coloured = all.reduce((count, { isGrey }) => count + Number(!isGrey), 0);
  const mixed = coloured > 0 && coloured < all.length;
  if (channels === 'grey') {
    if (coloured > 0)
      notices.push(`${coloured} of ${all.length} images have colours, of which only the brightness counts`);
    return 1;
  }
  if (channels === 'auto' && coloured === 0) return 1;
  if (mixed)
    notices.push(
      `${all.length - coloured} of ${all.length} images are grey; all count as coloured (--channels grey for brightness alone)`,
    );
  return 3;
}

function bytesOf(all: readonly FolderImage[], rows: Int32Array, channels: 1 | 3, size: number): ByteImages {
  const cols = channels * size * size;
  const bytes = new Uint8Array(rows.length * cols);
  for (const [at, row] of rows.entries()) writePixels(all[row]!, channels, bytes.subarray(at * cols, (at + 1) * cols));
  return { bytes, rows: rows.length, cols };
}
