import { readFile } from 'node:fs/promises';
import { InputError } from '@unbraid/checks';
import { writeFileAtomic } from '@unbraid/data';
import { decodePermutations, type UntrainedNetwork } from './checkpoint/decode.ts';
import { encodePermutations, type TrainedNetwork } from './checkpoint/encode.ts';

/** Writes a permutation checkpoint: `encodePermutations` to a file, whole or not at all. @throws {InputError} as that, and for a file that can't be written */
export async function savePermutations(network: TrainedNetwork, path: string): Promise<void> {
  await writeFileAtomic(path, encodePermutations(network));
}

/** Reads what `savePermutations` wrote. @throws {InputError} as `decodePermutations` does, with the path */
export async function loadPermutations(path: string, network: Omit<UntrainedNetwork, 'name'>): Promise<Float32Array> {
  return decodePermutations(await readBytes(path), { ...network, name: path });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError('file', `laperm: cannot read the permutation checkpoint: ${reason}`, { cause });
  }
}
