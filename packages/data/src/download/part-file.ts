import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { fileError } from '@unbraid/checks/node';

/** The beginning of a file that is being downloaded, and the digest of it so far. */
export interface PartFile {
  readonly path: string;
  readonly file: FileHandle;
  hash: Hash;
  received: number;
}

/** Opens what an earlier, broken download left at `path`, or an empty part. At most `limit` bytes of it are kept. */
export async function openPart(path: string, limit: number): Promise<PartFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o666);
    const part: PartFile = { path, file, hash: createHash('sha256'), received: 0 };
    const { size } = await file.stat();
    if (size > limit) await file.truncate(0);
    else if (size > 0) await hashContent(part, size);
    return part;
  } catch (error) {
    await file?.close();
    throw fileError(error, 'write', path);
  }
}

async function hashContent(part: PartFile, size: number): Promise<void> {
  for await (const chunk of part.file.createReadStream({ start: 0, end: size - 1, autoClose: false })) {
    part.hash.update(chunk);
  }
  part.received = size;
}

export async function appendToPart(part: PartFile, chunk: Uint8Array): Promise<void> {
  try {
    let written = 0;
    while (written < chunk.length) {
      const { bytesWritten } = await part.file.write(chunk, written, chunk.length - written, part.received + written);
      written += bytesWritten;
    }
  } catch (error) {
    throw fileError(error, 'write', part.path);
  }
  part.hash.update(chunk);
  part.received += chunk.length;
}

/** Forgets what was received. */
export async function restartPart(part: PartFile): Promise<void> {
  await part.file.truncate(0);
  part.hash = createHash('sha256');
  part.received = 0;
}

/** SHA-256 of what was received, in lower-case hexadecimal. */
export function partDigest(part: PartFile): string {
  return part.hash.copy().digest('hex');
}

/** Gives the part, now whole, its final name. */
export async function finishPart(part: PartFile, path: string): Promise<void> {
  try {
    await part.file.sync();
    await part.file.close();
    await rename(part.path, path);
  } catch (error) {
    throw fileError(error, 'write', path);
  }
}

/** Keeps what was received for a later download to go on from; nothing received leaves no file. */
export async function leavePart(part: PartFile): Promise<void> {
  await part.file.close();
  if (part.received === 0) await rm(part.path, { force: true });
}
