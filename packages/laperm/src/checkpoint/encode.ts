import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import { layoutOf } from '@unbraid/graph';
import { type AnyModel, initialize } from '@unbraid/nn';
import { alphabetOf, encodeArrangement } from '../coding/arrangement.ts';
import { createRangeEncoder } from '../coding/range-encoder.ts';
import { differingAmong } from '../differing-vector.ts';
import {
  bitsOf,
  checkSize,
  gather,
  type LeafVectors,
  lengthOf,
  neuronsOf,
  type Skip,
  weightVectors,
} from '../weight-vectors.ts';
import { pack } from './container.ts';
import { contentsOf, headerOf, isSha256, type Json } from './header.ts';

/** What a permutation checkpoint holds. */
export interface TrainedNetwork {
  readonly model: AnyModel;
  /** The parameters before training, flat. Default `initialize(model, 0)`: of an imported model the values of its file. */
  readonly initial?: Float32Array;
  /** The parameters after training, right after a synchronization. */
  readonly params: Float32Array;
  /** How `initial` is made, such as `{ seed: 1 }`: kept in the checkpoint, so that it can be made anew. Default `null`. */
  readonly recipe?: Json;
  /** Of an imported model: the SHA-256 of its file in hexadecimal, which the checkpoint keeps. */
  readonly originalSha256?: string;
  /** What LaPerm was told to leave to the inner optimizer. */
  readonly skip?: Skip;
}

/**
 * A trained network as what training did to it: the arrangement of each weight vector, coded in the fewest bits, about
 * log2(n!) / n a weight for n different values; parameters that are not permuted take 32, and those that are as at first none. `initial` isn't in it.
 * @throws {InputError} for a SHA-256 that is none, parameters of another size, that are not finite, or that are no permutation of `initial`
 */
export function encodePermutations(network: TrainedNetwork): Uint8Array {
  const { model, initial = initialize(model, 0), params, recipe = null, originalSha256: original, skip } = network;
  if (original !== undefined && !isSha256(original)) {
    throw new InputError(
      'setting',
      `laperm: originalSha256 is ${showValue(original)}; 64 hexadecimal digits, in lower case, are needed`,
    );
  }
  const layout = layoutOf(model.params, 'params');
  checkSize('trained parameters', params, layout.size);
  for (const { path, offset, size } of layout.leaves) {
    const advice = 'training has diverged';
    checkFiniteValues(`laperm: trained parameter ${path}`, params.subarray(offset, offset + size), advice);
  }
  const vectors = weightVectors(model, initial, skip);
  const differing = differingAmong(vectors, initial, params);
  if (differing) {
    throw new InputError(
      'data',
      `laperm: neuron ${differing.neuron} of ${differing.path} has other weights than at first; ` +
        'a permutation checkpoint takes parameters right after a synchronization, and the same skip as training',
    );
  }
  const header = headerOf(layout, vectors, { initial, params, recipe, original });
  const { plain, vectors: moved } = contentsOf(header);
  return pack({ header, plain: concatenate(params, plain), coded: encodeVectors(moved, initial, params) });
}

function encodeVectors(vectors: readonly LeafVectors[], initial: Float32Array, params: Float32Array): Uint8Array {
  const encoder = createRangeEncoder();
  const [before, after] = [bitsOf(initial), bitsOf(params)];
  for (const leaf of vectors) {
    const vector = new Uint32Array(lengthOf(leaf));
    for (const [, indices] of neuronsOf(leaf)) {
      const alphabet = alphabetOf(gather(before, indices, vector));
      encodeArrangement(encoder, alphabet, gather(after, indices, vector));
    }
  }
  return encoder.finish();
}

function concatenate(
  values: Float32Array,
  stretches: readonly { readonly offset: number; readonly size: number }[],
): Float32Array {
  const out = new Float32Array(stretches.reduce((sum, { size }) => sum + size, 0));
  let at = 0;
  for (const { offset, size } of stretches) {
    out.set(values.subarray(offset, offset + size), at);
    at += size;
  }
  return out;
}
