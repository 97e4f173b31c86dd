import { InputError } from '@unbraid/checks';
import { type NpyArray, parseNpy } from './npy.ts';
import { readBytes } from './read-bytes.ts';
import { memberBytes, type ZipMember, zipMembers } from './zip-members.ts';

/**
 * Reads arrays of plain numbers from a NumPy `.npz` file, compressed or not. Only those asked for are unpacked.
 *
 * @param path of the file.
 * @param names of the arrays, as in NumPy, without `.npy`.
 * @throws one line that names the path where the file cannot be read, lacks an array (lists those it has), or is damaged.
 */
export async function readNpz<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Record<Name, NpyArray>> {
  const members = await zipMembers(await readBytes(path), path);
  const arrays: Partial<Record<Name, NpyArray>> = {};
  for (const name of names) {
    const bytes = await memberBytes(npzMember(members, name, path));
    arrays[name] = parseNpy(bytes, `${name} in ${path}`);
  }
  return arrays as Record<Name, NpyArray>;
}

/** The member that holds an array, by the array's name. */
export function npzMember(members: ReadonlyMap<string, ZipMember>, name: string, path: string): ZipMember {
  const found = members.get(`${name}.npy`);
  if (found) return found;
  const names = [...members.keys()].map((key) => key.replace(/\.npy$/, ''));
  throw new InputError('file', `data: ${path} has no array "${name}"; it has ${names.join(', ') || 'none'}`);
}
