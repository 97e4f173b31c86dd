import { readFile } from 'node:fs/promises';
import { toBytes } from '../byte-source.ts';
import { InputError } from '../input-error.ts';
import { showValue } from '../show-value.ts';
import { fileError } from './file-errors.ts';

/**
 * The content of a file.
 *
 * @param owner the package that asks, which the error begins with.
 * @throws one line that names the path where it cannot be read.
 */
export async function readBytes(path: string, owner = 'data'): Promise<Uint8Array<ArrayBuffer>> {
  checkPath(path, owner);
  try {
    return toBytes(await readFile(path), path, owner);
  } catch (error) {
    throw fileError(error, 'read', path, owner);
  }
}

/** @throws {InputError} `setting`, where a path is not a text, or an empty one. */
export function checkPath(path: unknown, owner = 'data'): asserts path is string {
  if (typeof path === 'string' && path !== '') return;
  throw new InputError('setting', `${owner}: a file's path is needed, got ${showValue(path)}`);
}
