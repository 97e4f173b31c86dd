import { EnvError } from '../env-error.ts';
import type { Random } from '../random.ts';
import { describeValue } from './describe-value.ts';
import type { MaskLike } from './mask.ts';

/**
 * Which of n choices are possible: 1 or true for each that is, 0 or false for the others.
 *
 * @param most the largest entry: 2 where that stands for a switch that is free
 * @returns a copy, as Gymnasium's masks are typed
 * @throws EnvError `data` for another number of entries, or another entry
 */
export function choiceMask(where: string, given: unknown, n: number, most = 1): Int8Array {
  const entries = given as ArrayLike<unknown>;
  if (!(Array.isArray(given) || ArrayBuffer.isView(given)) || entries.length !== n) {
    throw new EnvError(
      'data',
      `sim-env: ${where}: a mask of ${n} entries is expected, one for each choice, got ${describeValue(given)}`,
    );
  }
  const mask = new Int8Array(n);
  for (let i = 0; i < n; i++) {
    const entry = Number(entries[i]);
    if (!(Number.isInteger(entry) && entry >= 0 && entry <= most)) {
      throw new EnvError(
        'data',
        `sim-env: ${where}: entry ${i} of the mask is ${describeValue(entries[i])}; entries are 0 to ${most}`,
      );
    }
    mask[i] = entry;
  }
  return mask;
}

/** One of the possible choices, each with the same probability; 0, as Gymnasium's, where none is. */
export function drawChoice(mask: Int8Array, random: Random): number {
  let possible = 0;
  for (const entry of mask) possible += entry;
  if (possible === 0) return 0;
  let left = random.int(possible);
  return mask.findIndex((entry) => entry === 1 && left-- === 0);
}

/** Everything is possible. */
export const isNone = (mask: unknown): mask is null | undefined => mask === null || mask === undefined;

/** @throws EnvError `data` for a mask, of a space that has none */
export function checkNoMask(type: string, mask: unknown): void {
  if (isNone(mask)) return;
  throw new EnvError('data', `sim-env: a ${type} has no masks but null, got ${describeValue(mask)}`);
}

/** The masks of parts in order. @throws EnvError `data` for another number of them */
export function maskParts(where: string, given: unknown, count: number): readonly MaskLike[] {
  if (Array.isArray(given) && given.length === count) return given;
  throw new EnvError('data', `sim-env: ${where}: a list of ${count} masks is expected, got ${describeValue(given)}`);
}

/** The masks of named parts. @throws EnvError `data` for other names */
export function maskEntries(
  where: string,
  given: unknown,
  keys: readonly string[],
): Readonly<Record<string, MaskLike>> {
  const plain = typeof given === 'object' && given !== null && !Array.isArray(given) && !ArrayBuffer.isView(given);
  if (plain && Object.keys(given).length === keys.length && keys.every((key) => Object.hasOwn(given, key))) {
    return given as Readonly<Record<string, MaskLike>>;
  }
  throw new EnvError(
    'data',
    `sim-env: ${where}: a mask or null is expected for each of ${keys.join(', ')}, got ${describeValue(given)}`,
  );
}

/** The masks of a MultiDiscrete's entries, which stand in lists as its entries do, as one list. @throws EnvError `data` for other lists */
export function maskEntriesOf(where: string, given: unknown, shape: readonly number[]): readonly MaskLike[] {
  const [count, ...rest] = shape;
  if (count === undefined) return [given as MaskLike];
  return maskParts(where, given, count).flatMap((part) => maskEntriesOf(where, part, rest));
}
