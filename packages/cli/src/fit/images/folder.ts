import { createHash, type Hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import { type ImageFit, type ImageOptions, imageFiles, readImage } from '@unbraid/data';
import { messageOf, UsageError } from '@unbraid/experiment';
import type { ImageSettings } from './settings.ts';

/** How the images of a folder are read. */
export type FolderSettings = Pick<
  ImageSettings,
  'folder' | 'size' | 'fit' | 'background' | 'margin' | 'limit' | 'skipUnreadable'
>;

/** An image that was read. */
export interface FolderImage {
  /** Relative to the folder. */
  readonly file: string;
  /** [3, size, size], bytes; of a grey image one plane, [size, size]. */
  readonly pixels: Uint8Array;
  readonly isGrey: boolean;
}

const fits: Readonly<Record<ImageSettings['fit'], ImageFit>> = { resize: 'squeeze', pad: 'pad', crop: 'crop' };

/** @throws {UsageError} where there is no such folder */
export function checkFolder(folder: string): void {
  if (!existsSync(folder)) throw new UsageError(`fit: there is no folder ${folder}`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`fit: ${folder} is a file; name the folder of images`);
}

/** What goes along with reading. */
export interface Reading {
  /** Takes in names and bytes, those of unreadable files too. */
  readonly hash?: Hash;
  /** Is told of each file that is left out. */
  readonly onUnreadable: (file: string, reason: string) => void;
}

/**
 * Reads the images of a folder one by one, so that only one file is held at a time.
 * @throws {InputError} where there are none, and for a file that is no readable image unless such are to be left out
 */
export async function* imagesOf(
  settings: FolderSettings,
  { hash, onUnreadable }: Reading,
): AsyncGenerator<FolderImage> {
  const { folder, limit } = settings;
  const names = await imageFiles(folder);
  let read = 0;
  for (const file of names) {
    if (limit > 0 && read === limit) return;
    const bytes = await readFile(join(folder, file)).catch((error) => `it cannot be read: ${messageOf(error)}`);
    // That a file can't be read is a fact as well, by which a folder is another once it can.
    if (typeof bytes === 'string') hash?.update(JSON.stringify([file]));
    else hash?.update(JSON.stringify([file, bytes.length])).update(bytes);
    const found = typeof bytes === 'string' ? bytes : await pixelsOf(bytes, settings);
    if (typeof found === 'string') {
      if (!settings.skipUnreadable)
        throw new InputError(
          'file',
          `fit: ${join(folder, file)}: ${found}; repair or remove it, or leave such files out by --skip-unreadable`,
        );
      onUnreadable(file, found);
      continue;
    }
    read++;
    yield { file, ...found };
  }
  if (read === 0) throw new InputError('file', `fit: none of the ${names.length} images of ${folder} can be read`);
}

/** The pixels, or why there are none. */
async function pixelsOf(bytes: Uint8Array, settings: FolderSettings): Promise<Omit<FolderImage, 'file'> | string> {
  const { size, background, margin } = settings;
  const options: ImageOptions = { size, background, margin, channels: 3, fit: fits[settings.fit] };
  try {
    const levels = await readImage(bytes, options);
    const pixels = Uint8Array.from(levels, (value) => Math.round(255 * value));
    const isGrey = planesAgree(pixels, size * size);
    return { pixels: isGrey ? pixels.slice(0, size * size) : pixels, isGrey };
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function planesAgree(pixels: Uint8Array, count: number): boolean {
  for (let i = 0; i < count; i++)
    if (pixels[i] !== pixels[count + i] || pixels[i] !== pixels[2 * count + i]) return false;
  return true;
}

/** Red, green and blue as Rec. 601 weighs them in a grey level. */
const WEIGHTS = [0.299, 0.587, 0.114] as const;

/** An image's bytes in so many channels, into `out`. */
export function writePixels({ pixels, isGrey }: FolderImage, channels: number, out: Uint8Array): void {
  const count = out.length / channels;
  if (isGrey) for (let c = 0; c < channels; c++) out.set(pixels, c * count);
  else if (channels === 3) out.set(pixels);
  else for (let i = 0; i < count; i++) out[i] = Math.round(greyLevel(pixels, i, count));
}

const greyLevel = (pixels: Uint8Array, i: number, count: number): number =>
  WEIGHTS[0] * pixels[i]! + WEIGHTS[1] * pixels[count + i]! + WEIGHTS[2] * pixels[2 * count + i]!;

/** A digest of what a folder's images were, as they were read. */
export const folderHash = (): Hash => createHash('sha256');
