import { readBytes, writeFileAtomic } from '@unbraid/checks/node';
import type { Space } from '@unbraid/sim-env';
import type { Policy } from './policy.ts';
import { type DecodePolicyOptions, decodePolicy, encodePolicy } from './policy-codec.ts';

/**
 * Writes a policy as a safetensors file, whole or not at all: `encodePolicy`'s bytes.
 * @throws {InputError} as `encodePolicy`, and `file` where it can't be written
 */
export async function savePolicy(path: string, policy: Policy): Promise<void> {
  await writeFileAtomic(path, encodePolicy(policy), 'learners');
}

/**
 * Reads a policy that `savePolicy` wrote.
 * @throws {InputError} as `decodePolicy`, naming the file, and `file` where it can't be read
 */
export async function loadPolicy<O extends Space = Space, A extends Space = Space>(
  path: string,
  options: Omit<DecodePolicyOptions<O, A>, 'name'> = {},
): Promise<Policy<O, A>> {
  return decodePolicy(await readBytes(path, 'learners'), { ...options, name: path });
}
