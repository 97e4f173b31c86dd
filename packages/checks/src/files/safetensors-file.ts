import { decodeSafetensors } from '../safetensors/decode.ts';
import { encodeSafetensors } from '../safetensors/encode.ts';
import type { SafeTensor, Safetensors } from '../safetensors/safetensors.ts';
import { readBytes } from './read-bytes.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/**
 * Reads a safetensors file.
 *
 * @param owner the package that asks, which errors begin with.
 * @throws as `decodeSafetensors`, or where the file cannot be read; the message names the path.
 */
export async function readSafetensors(path: string, owner = 'data'): Promise<Safetensors> {
  return decodeSafetensors(await readBytes(path, owner), path, owner);
}

/**
 * Writes a safetensors file, whole or not at all.
 *
 * @param owner the package that asks, which errors begin with.
 * @throws as `encodeSafetensors` and `writeFileAtomic`.
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
  owner = 'data',
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata, owner), owner);
}
