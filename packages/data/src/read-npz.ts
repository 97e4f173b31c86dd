import { checkSettings, InputError, integer, listed, showValue } from '@unbraid/checks';
import { readBytes } from '@unbraid/checks/node';
import * as z from 'zod';
import { MAX_UNPACKED_BYTES } from './gunzip.ts';
import { checkNpyBytes, type NpyArray, parseNpy } from './npy.ts';
import { npyHeaderEnd, parseNpyHeader } from './npy-header.ts';
import { memberBytes, type ZipMember, zipMembers } from './zip-members.ts';

export interface ReadNpzOptions {
  /** What an array may unpack to, in bytes; 2³¹ unless given. */
  readonly maxBytes?: number | undefined;
}

const settings = z.object({ maxBytes: integer({ min: 1 }).default(MAX_UNPACKED_BYTES) });

/**
 * Reads arrays of plain numbers from a NumPy `.npz` file, compressed or not. Only those asked for are unpacked, and no more of them than
 * their headers announce.
 *
 * @param path of the file.
 * @param names of the arrays, as in NumPy, without `.npy`.
 * @throws {InputError} one line that names the path where the file cannot be read, lacks an array (lists those it has), is damaged, or an
 *   array unpacks to more than `maxBytes`.
 */
export async function readNpz<Name extends string>(
  path: string,
  names: readonly Name[],
  options: ReadNpzOptions = {},
): Promise<Record<Name, NpyArray>> {
  const { maxBytes } = checkSettings('data: readNpz', settings, options);
  if (!isList(names)) throw new InputError('setting', `data: readNpz takes a list of names, got ${showValue(names)}`);
  const members = await zipMembers(await readBytes(path), path);
  const arrays: Partial<Record<Name, NpyArray>> = {};
  for (const name of names)
    arrays[name] = await readMember(npzMember(members, name, path), `${name} in ${path}`, maxBytes);
  return arrays as Record<Name, NpyArray>;
}

/**
 * The array that a member holds.
 *
 * @param name how errors name it.
 */
export async function readMember(member: ZipMember, name: string, maxBytes: number): Promise<NpyArray> {
  const bytes = await memberBytes(member, (beginning) => {
    if (member.bytes > maxBytes) {
      throw new InputError(
        'limit',
        `data: ${name} unpacks to ${member.bytes} bytes; set maxBytes above ${maxBytes} to read it`,
      );
    }
    const hasHeader = npyHeaderEnd(beginning, name) <= beginning.length;
    if (hasHeader) checkNpyBytes(parseNpyHeader(beginning, name), member.bytes, name);
  });
  return parseNpy(bytes, name);
}

/** The member that holds an array, by the array's name. */
export function npzMember(members: ReadonlyMap<string, ZipMember>, name: string, path: string): ZipMember {
  const found = members.get(`${name}.npy`);
  if (found) return found;
  const names = [...members.keys()].map((key) => key.replace(/\.npy$/, ''));
  throw new InputError('file', `data: ${path} has no array ${showValue(name)}; it has ${listed(names) || 'none'}`);
}

function isList(names: unknown): boolean {
  return Array.isArray(names);
}
