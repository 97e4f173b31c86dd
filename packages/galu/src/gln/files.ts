import { readSafetensors, writeFileAtomic } from '@unbraid/data';
import { encodeGln, parseGln } from './codec.ts';
import type { Gln } from './gln.ts';

/** Writes what `encodeGln` gives to a file, whole or not at all. @throws {InputError} as `encodeGln`, and for a file that can't be written */
export async function saveGln(network: Gln, path: string): Promise<void> {
  await writeFileAtomic(path, encodeGln(network));
}

/** Reads a network that `saveGln` wrote. @throws {InputError} as `decodeGln`, and for a file that can't be read */
export async function loadGln(path: string): Promise<Gln> {
  return parseGln(await readSafetensors(path), path);
}
