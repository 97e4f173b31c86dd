import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InputError } from '@unbraid/checks';
import { writeFileAtomic } from '@unbraid/data';
import { decodePermutations, type UntrainedNetwork } from './checkpoint/decode.ts';
import { encodePermutations, type TrainedNetwork } from './checkpoint/encode.ts';

/** The file that a model was imported from: what is saved counts against it, and is loaded with it alone. */
export interface OriginalFile {
  /** Its path. Default: the network was drawn. */
  readonly original?: string;
}

/**
 * Writes a permutation checkpoint: `encodePermutations` to a file, whole or not at all. With `original` the checkpoint has that file's SHA-256.
 * @throws {InputError} as that, and for a file that can't be read or written
 */
export async function savePermutations(
  { original, ...network }: TrainedNetwork & OriginalFile,
  path: string,
): Promise<void> {
  await writeFileAtomic(path, encodePermutations({ ...network, ...(await originalOf(original)) }));
}

/**
 * Reads what `savePermutations` wrote. With `original` a checkpoint of a file with another SHA-256 is refused.
 * @throws {InputError} as `decodePermutations` does, with the path
 */
export async function loadPermutations(
  path: string,
  { original, ...network }: Omit<UntrainedNetwork, 'name'> & OriginalFile,
): Promise<Float32Array> {
  const bytes = await readBytes('permutation checkpoint', path);
  return decodePermutations(bytes, { ...network, ...(await originalOf(original)), name: path });
}

/** By its SHA-256. */
async function originalOf(path: string | undefined): Promise<Pick<TrainedNetwork, 'originalSha256'>> {
  if (path === undefined) return {};
  const bytes = await readBytes('original file', path);
  return { originalSha256: createHash('sha256').update(bytes).digest('hex') };
}

async function readBytes(what: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError('file', `laperm: cannot read the ${what}: ${reason}`, { cause });
  }
}
