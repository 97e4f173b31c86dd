import { InputError } from '@unbraid/checks';
import { type Seed, streamOf } from '@unbraid/kernels';
import type { Factors } from './codes.ts';

/** Rows that a probe learns from, and those that it is judged by. */
export interface SplitRows {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * Divides images at random. Those of one group (`Factors.groups`) stay together, so that copies of an image that the bootstrap drew
 * twice are not on both sides.
 *
 * @param share of groups that go to the test, in (0, 1)
 * @throws {InputError} `data` where there are too few images for one on each side
 */
export function splitRows({ groups }: Factors, rows: number, share: number, seed: Seed): SplitRows {
  // Groups are counted as they come: their numbers may be far apart, as times of day or keys of a table are.
  const places = new Map<number, number>();
  const groupOf = Int32Array.from({ length: rows }, (_, row) => {
    const group = groups?.[row] ?? row;
    const place = places.get(group) ?? places.size;
    places.set(group, place);
    return place;
  });
  const count = places.size;
  const tested = new Uint8Array(count);
  const order = streamOf(seed).split('split').permutation(count);
  for (const group of order.subarray(0, Math.round(share * count))) tested[group] = 1;
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  const train = all.filter((row) => tested[groupOf[row]!] === 0);
  const test = all.filter((row) => tested[groupOf[row]!] === 1);
  if (train.length > 0 && test.length > 0) return { train, test };
  throw new InputError(
    'data',
    `dynamic-vae: ${rows} images leave ${train.length} to learn from and ${test.length} to test; give more images, or another testShare`,
  );
}
