import { readBytes } from './read-bytes.ts';
import type { SafeTensor, Safetensors } from './safetensors.ts';
import { decodeSafetensors } from './safetensors-decode.ts';
import { encodeSafetensors } from './safetensors-encode.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/**
 * Reads a safetensors file.
 *
 * @throws as `decodeSafetensors`, or where the file cannot be read; the message names the path.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return decodeSafetensors(await readBytes(path), path);
}

/**
 * Writes a safetensors file, whole or not at all.
 *
 * @throws as `encodeSafetensors` and `writeFileAtomic`.
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
}
