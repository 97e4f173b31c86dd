import { encodePermutations, isPermutationOf, type Skip, weightMovement } from '@unbraid/laperm';
import type { AnyModel } from '@unbraid/nn';

/** What a run states of a network that LaPerm trained. */
export interface Permuted {
  /** Whether every weight vector has its first values, bit for bit. */
  readonly unchanged: boolean;
  /** Of the permutation checkpoint, for each parameter; NaN where weights have changed. */
  readonly bits: number;
  /** Share of the permuted parameters with another value than at first, in percent; NaN where weights have changed. */
  readonly moved: number;
}

/** @param skip what LaPerm was told to leave to the inner optimizer */
export function permutationsOf(
  model: AnyModel,
  initial: Float32Array,
  params: Float32Array,
  skip: Skip = () => false,
): Permuted {
  if (!isPermutationOf(model, initial, params, skip)) return { unchanged: false, bits: Number.NaN, moved: Number.NaN };
  const movement = weightMovement(model, initial, params, skip);
  const entries = movement.reduce((sum, { from }) => sum + from.length, 0);
  const moved = movement.reduce((sum, leaf) => sum + leaf.moved * leaf.from.length, 0);
  return {
    unchanged: true,
    bits: (8 * encodePermutations({ model, initial, params, skip }).length) / params.length,
    moved: (100 * moved) / entries,
  };
}
