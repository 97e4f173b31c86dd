import { createHash } from 'node:crypto';
import { DamagedError, RunError } from '@unbraid/experiment';
import type { RunId } from './cluster.ts';
import type { Parts } from './parts.ts';

/** The largest value that is kept in a row, in bytes. */
export const LARGEST = 64 * 2 ** 20;

/** Where a value is: in its row, or where the reference says. */
export interface Placed {
  readonly value: Uint8Array | null;
  readonly reference: string | null;
  readonly sha256: Uint8Array;
}

/** @throws {RunError} where the value is too large for the database and there is no store */
export async function placeValue({ store }: Parts, run: RunId, what: string, bytes: Uint8Array): Promise<Placed> {
  const sha256 = createHash('sha256').update(bytes).digest();
  if (bytes.length <= LARGEST) return { value: bytes, reference: null, sha256 };
  const megabytes = Math.ceil(bytes.length / 2 ** 20);
  if (store === undefined) {
    throw new RunError(
      `cluster: "${what}" has ${megabytes} MiB, and the database takes ${LARGEST / 2 ** 20}; set UNBRAID_STORE for all of the run's machines: ` +
        'a folder that they share, or s3://BUCKET/PREFIX',
    );
  }
  // Named by its content: the same value twice is one object, and another never takes its place.
  const reference = `run-${run}/${sha256.toString('hex')}`;
  await store.put(reference, bytes, sha256);
  return { value: null, reference, sha256 };
}

/** @throws {DamagedError} where its checksum is not that of what was stored; {RunError} where it is gone, or in a store that can't be asked */
export async function fetchValue({ store }: Pick<Parts, 'store'>, what: string, placed: Placed): Promise<Uint8Array> {
  const { value, reference, sha256 } = placed;
  let bytes = value ?? undefined;
  if (bytes === undefined) {
    if (reference === null) throw new RunError(`cluster: the value of "${what}" is not there any more`);
    if (store === undefined) {
      throw new RunError(
        `cluster: "${what}" is in a store for large values; set UNBRAID_STORE as on the run's other machines`,
      );
    }
    bytes = await store.get(reference);
  }
  if (Buffer.compare(createHash('sha256').update(bytes).digest(), sha256) === 0) return bytes;
  throw new DamagedError(`cluster: the value of "${what}" is damaged: its checksum is not that of what was stored`);
}

/** What can't be removed is left: it harms nothing. */
export async function removeObjects({ store }: Parts, references: readonly string[]): Promise<void> {
  for (const reference of references) await store?.remove(reference).catch(() => undefined);
}
