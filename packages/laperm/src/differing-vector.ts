import type { AnyModel } from '@unbraid/nn';
import {
  bitsOf,
  checkSize,
  gather,
  type LeafVectors,
  lengthOf,
  neuronsOf,
  type Skip,
  weightVectors,
} from './weight-vectors.ts';

/** A weight vector by the path of its parameter and its neuron, counted from 0. */
export interface VectorName {
  readonly path: string;
  readonly neuron: number;
}

/**
 * The first weight vector of `final` whose values are not those of `initial` in some order, bit for bit; undefined if
 * there is none. Sorting here is the language's own, so that the check does not lean on what it checks.
 * @param skip what LaPerm was told to leave to the inner optimizer
 * @throws {InputError} for parameters of another size
 */
export function differingVector(
  model: AnyModel,
  initial: Float32Array,
  final: Float32Array,
  skip?: Skip,
): VectorName | undefined {
  checkSize('final parameters', final, initial.length);
  return differingAmong(weightVectors(model, initial, skip), initial, final);
}

/** Whether every weight vector of `final` is a permutation of the same vector of `initial`, bit for bit. */
export const isPermutationOf = (model: AnyModel, initial: Float32Array, final: Float32Array, skip?: Skip): boolean =>
  differingVector(model, initial, final, skip) === undefined;

/** `differingVector` for vectors that are known. */
export function differingAmong(
  vectors: readonly LeafVectors[],
  initial: Float32Array,
  final: Float32Array,
): VectorName | undefined {
  const [before, after] = [bitsOf(initial), bitsOf(final)];
  for (const leaf of vectors) {
    const first = new Uint32Array(lengthOf(leaf));
    const last = new Uint32Array(lengthOf(leaf));
    for (const [neuron, indices] of neuronsOf(leaf)) {
      gather(before, indices, first).sort();
      gather(after, indices, last).sort();
      if (first.some((bits, i) => bits !== last[i])) return { path: leaf.path, neuron };
    }
  }
  return undefined;
}
