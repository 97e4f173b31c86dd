import { type FileHandle, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '@unbraid/checks';
import { errorCode, fileError, writeError } from '@unbraid/checks/node';
import type { BlockRecord } from './record.ts';

/** A file of blocks, as far as it has come. */
export interface Part {
  readonly file: FileHandle;
  readonly partPath: string;
  /** Whether it is whole and has its name. */
  readonly isNamed: boolean;
}

interface Layout {
  readonly header: Uint8Array;
  /** Where the values end, in bytes. */
  readonly end: number;
  readonly record: BlockRecord;
}

/** Opens what was begun, or begins. @throws {InputError} `file` */
export async function openPart(path: string, layout: Layout): Promise<Part> {
  const partPath = `${path}.part`;
  try {
    if (await isThere(partPath)) {
      await checkFree(path);
      return { file: await goOn(partPath, layout), partPath, isNamed: false };
    }
    if (await isThere(path)) return { file: await named(path, layout), partPath, isNamed: true };
    return { file: await begin(partPath, layout), partPath, isNamed: false };
  } catch (error) {
    throw await writeError(error, partPath, 'data');
  }
}

/** @throws {InputError} `file`, where something has the name already */
export async function checkFree(path: string): Promise<void> {
  if (await isThere(path)) throw taken(path);
}

const taken = (path: string) =>
  new InputError('file', `data: ${path} is there already; delete it, or choose another name`);

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The header, the record and nothing between: what isn't written yet takes no room on most disks. */
async function begin(partPath: string, { header, end, record }: Layout): Promise<FileHandle> {
  await checkSpace(partPath, end + record.size);
  // A file without its record would be no one's, so it gets the name that it is looked for by when it has one.
  const unnamed = `${partPath}.new`;
  const file = await open(unnamed, 'w+');
  try {
    await file.truncate(end + record.size);
    await file.write(header, 0, header.length, 0);
    await record.begin(file);
    await file.sync();
    await rename(unnamed, partPath);
    return file;
  } catch (error) {
    await file.close();
    await rm(unnamed, { force: true });
    throw error;
  }
}

async function goOn(partPath: string, layout: Layout): Promise<FileHandle> {
  const file = await open(partPath, 'r+');
  try {
    const { size, blocks } = await file.stat();
    if (!(await hasHeader(file, layout))) throw another(partPath);
    // Cut to its length, but not named yet.
    if (size === layout.end) layout.record.fill();
    else if (size !== layout.end + layout.record.size || !(await layout.record.restore(file))) throw another(partPath);
    await checkSpace(partPath, size - 512 * blocks);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function named(path: string, layout: Layout): Promise<FileHandle> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size !== layout.end || !(await hasHeader(file, layout))) throw taken(path);
    layout.record.fill();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

const another = (path: string) =>
  new InputError(
    'file',
    `data: ${path} was begun for something else, or is damaged; delete it, or choose another name`,
  );

async function hasHeader(file: FileHandle, { header }: Layout): Promise<boolean> {
  const found = new Uint8Array(header.length);
  await file.read(found, 0, found.length, 0);
  return found.every((byte, i) => byte === header[i]);
}

/**
 * Bytes that a file at this path may still take, by what its file system says is free.
 * @throws {InputError} `file`, where its folder isn't there
 */
export async function freeBytes(path: string): Promise<number> {
  const folder = dirname(resolve(path));
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw fileError(error, 'use the folder', folder);
  }
}

/** @throws {InputError} `file`, where a file needs more than there is */
async function checkSpace(path: string, bytes: number): Promise<void> {
  const free = await freeBytes(path);
  if (bytes <= free) return;
  throw new InputError(
    'file',
    `data: ${path} takes ${gigabytes(bytes)} more, and ${gigabytes(free)} are free on its disk; free some, or choose another disk`,
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;
