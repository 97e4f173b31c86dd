import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from '@unbraid/checks/node';

/** No link to somewhere else, which may have come with a run's directory; and no waiting for a pipe's other end. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens a file to be read; undefined where there is none, or something that is no plain file. */
export async function openRegular(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (error) {
    // ELOOP: a link; ENXIO: a socket.
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
  let isPlain = false;
  try {
    isPlain = (await file.stat()).isFile();
  } finally {
    if (!isPlain) await file.close();
  }
  return isPlain ? file : undefined;
}
