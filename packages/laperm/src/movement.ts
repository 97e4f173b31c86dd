import { InputError } from '@unbraid/checks';
import type { AnyModel } from '@unbraid/nn';
import { differingAmong } from './differing-vector.ts';
import {
  bitsOf,
  checkSize,
  gather,
  lengthOf,
  neuronsOf,
  type Skip,
  sizeOfVectors,
  weightVectors,
} from './weight-vectors.ts';

/** Where the values of one parameter came from. */
export interface WeightMovement {
  readonly path: string;
  /** For each entry, in the parameter's own layout: the index, in that layout, of the entry whose first value it has. */
  readonly from: Int32Array;
  /** The share of entries whose value is another than at first. */
  readonly moved: number;
}

/**
 * Which weights training moved, and where from. Of equal values as many as can stay where they are; the others are taken
 * in order.
 * @param skip what LaPerm was told to leave to the inner optimizer
 * @throws {InputError} for parameters of another size, or that are no permutation of `initial`
 */
export function weightMovement(
  model: AnyModel,
  initial: Float32Array,
  final: Float32Array,
  skip?: Skip,
): WeightMovement[] {
  checkSize('final parameters', final, initial.length);
  const vectors = weightVectors(model, initial, skip);
  const differing = differingAmong(vectors, initial, final);
  if (differing) {
    throw new InputError(
      'data',
      `laperm: neuron ${differing.neuron} of ${differing.path} has other weights than at first, so they did not only move`,
    );
  }
  const [before, after] = [bitsOf(initial), bitsOf(final)];
  return vectors.map((leaf) => {
    const from = new Int32Array(sizeOfVectors(leaf));
    const [first, last] = [new Uint32Array(lengthOf(leaf)), new Uint32Array(lengthOf(leaf))];
    let moved = 0;
    for (const [, indices] of neuronsOf(leaf)) {
      const sources = sourcesOf(gather(before, indices, first), gather(after, indices, last));
      for (const [place, source] of sources.entries()) {
        from[indices[place]! - leaf.offset] = indices[source]! - leaf.offset;
        if (source !== place) moved++;
      }
    }
    return { path: leaf.path, from, moved: moved / from.length };
  });
}

/** For each place of `last`, the place of `first` that its word came from. */
function sourcesOf(first: Uint32Array, last: Uint32Array): Int32Array {
  const sources = Int32Array.from(first.keys());
  const movers = sources.filter((place) => first[place] !== last[place]);
  const byWord = (words: Uint32Array) => movers.toSorted((a, b) => words[a]! - words[b]! || a - b);
  const origins = byWord(first);
  for (const [i, place] of byWord(last).entries()) sources[place] = origins[i]!;
  return sources;
}
