import { readFile } from 'node:fs/promises';
import { InputError, showValue } from '@unbraid/checks';
import { toBytes } from './byte-source.ts';
import { fileError } from './file-errors.ts';

/**
 * The content of a file.
 *
 * @throws one line that names the path where it cannot be read.
 */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  checkPath(path);
  try {
    return toBytes(await readFile(path), path);
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** @throws {InputError} `setting`, where a path is not a text, or an empty one. */
export function checkPath(path: unknown): asserts path is string {
  if (typeof path === 'string' && path !== '') return;
  throw new InputError('setting', `data: a file's path is needed, got ${showValue(path)}`);
}
