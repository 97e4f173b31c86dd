import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSettings, count, flag, InputError } from '@unbraid/checks';
import { fileError, readBytes } from '@unbraid/checks/node';
import * as z from 'zod';
import { createMatrix, type Matrix, matrixRow } from '../matrix.ts';
import { decodeImage } from './decode-image.ts';
import { type ImageOptions, imageSettings } from './image-options.ts';
import { type ImageTarget, resample } from './resample.ts';

/** How a folder of images is read. */
export interface ImageFolderOptions extends ImageOptions {
  /** At most so many images, the first by name. */
  readonly limit?: number | undefined;
  /** Leave out files that cannot be read, instead of refusing the folder; they are in `unreadable`. */
  readonly skipUnreadable?: boolean | undefined;
}

/** A file that is not a readable image, and why. */
export interface UnreadableImage {
  readonly file: string;
  readonly reason: string;
}

/** The images of a folder. */
export interface ImageFolder {
  /** A row for each image: [channels, size, size] row-major, in [0, 1]. */
  readonly images: Matrix;
  /** The files of the rows, relative to the folder, with `/` between folders. */
  readonly files: readonly string[];
  /** The files left out; empty unless `skipUnreadable`. */
  readonly unreadable: readonly UnreadableImage[];
}

const IMAGE_NAME = /\.(png|jpe?g)$/i;

const settings = z.object({
  ...imageSettings,
  limit: count().optional(),
  skipUnreadable: flag().default(false),
});

/**
 * Reads the PNG and JPEG images of a folder and its subfolders, in the order of their names, each averaged down to a square
 * (what is done about an image that is none says `fit`). Other files, and names that begin with a dot, are passed over.
 *
 * @param folder its path.
 * @throws where the folder cannot be read or has no images, a setting is out of its range, or, without `skipUnreadable`, a
 * file is not a readable image (names the first and counts them all).
 */
export async function readImageFolder(folder: string, options: ImageFolderOptions): Promise<ImageFolder> {
  const target = checkSettings('data: readImageFolder', settings, options);
  const names = await imageFiles(folder);
  const wanted = Math.min(names.length, target.limit ?? names.length);
  const images = createMatrix(wanted, target.channels * target.size ** 2);
  const files: string[] = [];
  const unreadable: UnreadableImage[] = [];
  for (const file of names) {
    if (files.length === wanted) break;
    const reason = await readInto(matrixRow(images, files.length), join(folder, file), target);
    if (reason === undefined) files.push(file);
    else unreadable.push({ file, reason });
  }
  if (unreadable.length > 0) checkUnreadable(folder, unreadable, files.length, target.skipUnreadable);
  const { cols } = images;
  return { images: createMatrix(files.length, cols, images.data.subarray(0, files.length * cols)), files, unreadable };
}

/**
 * The PNG and JPEG files of a folder and its subfolders, by their names, relative to the folder with `/` between folders: ordered by their code units, the
 * same order in every locale. Names that begin with a dot are passed over.
 * @throws {InputError} where the folder cannot be read, or has none
 */
export async function imageFiles(folder: string): Promise<string[]> {
  const names = await namesBelow(folder, '');
  if (names.length > 0) return names.sort((a, b) => (a < b ? -1 : 1));
  throw new InputError('file', `data: ${folder} has no images; files named .png, .jpg or .jpeg are looked for`);
}

async function namesBelow(folder: string, below: string): Promise<string[]> {
  const path = join(folder, below);
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, 'read the folder', path);
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const name = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) names.push(...(await namesBelow(folder, name)));
    else if ((entry.isFile() || entry.isSymbolicLink()) && IMAGE_NAME.test(entry.name)) names.push(name);
  }
  return names;
}

/** Why the image could not be read; undefined where it could. */
async function readInto(row: Float32Array, path: string, target: ImageTarget): Promise<string | undefined> {
  try {
    resample(await decodeImage(await readBytes(path)), target, row);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function checkUnreadable(folder: string, unreadable: readonly UnreadableImage[], readable: number, skip = false): void {
  const [{ file, reason }] = unreadable as [UnreadableImage];
  const total = unreadable.length + readable;
  const story = `${unreadable.length} of ${total} images in ${folder} cannot be read, the first ${file} (${reason})`;
  if (!skip)
    throw new InputError('file', `data: ${story}; repair or remove them, or set skipUnreadable to leave them out`);
  if (readable === 0) throw new InputError('file', `data: ${story}; none is left`);
}
