import { createRandom, type Random } from '@unbraid/kernels';
import { mutate, pick } from './mutate.ts';
import type { Files, FuzzTarget } from './target.ts';

/** A mutated file larger than this isn't mutated further: cases stay quick, and limits that grow with the file stay tight. */
const LARGEST = 1 << 20;

/** Says which case it is: the same target, seed and number give the same files, whatever cases ran before. */
export interface CaseId {
  readonly seed: number;
  readonly number: number;
}

/** The files of a case: one of the examples, one file of it mutated (now and then left out, where there are several). */
export function caseFiles(target: FuzzTarget, from: readonly Files[], { seed, number }: CaseId): Files {
  const random = createRandom(seed).split(target.name).split(number);
  const example = pick(from, random);
  const names = Object.keys(example);
  const file = pick(names, random);
  if (names.length > 1 && random.int(20) === 0) {
    return Object.fromEntries(Object.entries(example).filter(([name]) => name !== file));
  }
  const others = from.map((each) => each[file]).filter((bytes) => bytes !== undefined);
  const mutated = changed(example[file]!, random, others).subarray(0, LARGEST);
  const mended = target.repair && random.int(2) === 0 ? target.repair(mutated, file) : mutated;
  return { ...example, [file]: new Uint8Array(mended) };
}

/** A mutation may change nothing, such as a cut at the end; then another is tried. */
function changed(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  let mutated = mutate(bytes, random, others);
  for (let tries = 0; tries < 20 && isSame(mutated, bytes); tries++) mutated = mutate(bytes, random, others);
  return mutated;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
