import { checkSettings, given, InputError, oneOf } from '@unbraid/checks';
import { layoutOf } from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';
import * as z from 'zod';
import { differingAmong } from '../differing-vector.ts';
import {
  bitsOf,
  checkSize,
  gather,
  type LeafVectors,
  lengthOf,
  neuronsOf,
  type Skip,
  sizeOfVectors,
  weightsOf,
  weightVectors,
} from '../weight-vectors.ts';
import { magnitudes } from './signed-synchronizer.ts';

/**
 * What a network is told by, given its first parameters: an order of each weight vector; an order and a sign of each weight; which of each layer's
 * weights are there; or the values of each layer and where they are.
 */
export type Description = 'permutation' | 'signedPermutation' | 'mask' | 'values';

/** What `descriptionBits` takes. */
export interface DescribedNetwork {
  readonly model: AnyModel;
  /** The first parameters, flat. */
  readonly initial: Float32Array;
  /** The trained parameters, flat. */
  readonly params: Float32Array;
  readonly as: Description;
  /** What was left to the inner optimizer. */
  readonly skip?: Skip;
}

const schema = z.object({
  model: given<AnyModel>(),
  initial: given<Float32Array>(),
  params: given<Float32Array>(),
  as: oneOf('permutation', 'signedPermutation', 'mask', 'values'),
  skip: given<Skip>().optional(),
});

/** What a description takes beside what it tells: the seed that the first parameters follow from. */
const SEED_BITS = 32;

/**
 * How many bits tell a trained network to someone who can draw its first parameters, when all orders, signs and masks are equally likely: log2(n! / ∏ cᵢ!) for
 * the order of n weights of which c₁, c₂, … are equal, one more for the sign of each that isn't 0, log2 of n over m for m of n weights that are there.
 * Parameters that are as at first take none; all others, such as running means, take 32 each; the seed takes 32. By `values`, each different value of a layer
 * takes 32 as well, and a layer is told weight by weight where that is less.
 * @throws {InputError} for settings that are unknown, parameters of another size, and a network that can't be told so
 */
export function descriptionBits(network: DescribedNetwork): number {
  const { model, initial, params, as, skip } = checkSettings('laperm: descriptionBits', schema, network);
  const layout = layoutOf(model.params, 'params');
  checkSize('initial parameters', initial, layout.size);
  checkSize('trained parameters', params, layout.size);
  const told = new Map(leavesToldBy(as, model, initial, skip).map((leaf) => [leaf.path, leaf]));
  let bits = SEED_BITS;
  for (const { path, offset, size } of layout.leaves) {
    const [first, last] = [initial, params].map((values) => bitsOf(values).subarray(offset, offset + size));
    if (first!.every((word, i) => word === last![i])) continue;
    const leaf = told.get(path);
    bits += leaf ? bitsFor[as](leaf, initial, params) : 32 * size;
  }
  return bits;
}

function leavesToldBy(as: Description, model: AnyModel, initial: Float32Array, skip: Skip | undefined) {
  if (as === 'permutation') return weightVectors(model, initial, skip);
  if (as === 'signedPermutation') return weightVectors(model, magnitudes(initial), skip);
  const masked = weightsOf(model).leaves;
  if (!skip) return masked;
  const left = new Set(weightVectors(model, initial, skip).map(({ path }) => path));
  return masked.filter(({ path }) => left.has(path));
}

/** Bits of one parameter. */
type BitsOfLeaf = (leaf: LeafVectors, initial: Float32Array, params: Float32Array) => number;

const bitsFor: Readonly<Record<Description, BitsOfLeaf>> = {
  permutation: (leaf, initial, params) => ordersOf(leaf, initial, params),
  signedPermutation(leaf, initial, params) {
    const signs = params.subarray(leaf.offset, leaf.offset + sizeOfVectors(leaf)).filter((value) => value !== 0).length;
    return ordersOf(leaf, magnitudes(initial), magnitudes(params)) + signs;
  },
  mask({ path, ...leaf }, initial, params) {
    const end = leaf.offset + sizeOfVectors(leaf);
    const there = params.subarray(leaf.offset, end).map((value) => (value === 0 ? 0 : 1));
    const at = there.findIndex((is, i) => is === 1 && params[leaf.offset + i] !== initial[leaf.offset + i]);
    if (at >= 0) throw untold(`entry ${at} of ${path} is neither 0 nor its first value`);
    return arrangementBits(bitsOf(there));
  },
  values(leaf, _, params) {
    const size = sizeOfVectors(leaf);
    const words = bitsOf(params).slice(leaf.offset, leaf.offset + size);
    return Math.min(32 * size, arrangementBits(words) + 32 * new Set(words).size);
  },
};

/** @throws {InputError} where a vector has other values than at first */
function ordersOf(leaf: LeafVectors, initial: Float32Array, params: Float32Array): number {
  const differing = differingAmong([leaf], initial, params);
  if (differing) throw untold(`neuron ${differing.neuron} of ${differing.path} has other weights than at first`);
  const [words, vector] = [bitsOf(initial), new Uint32Array(lengthOf(leaf))];
  let bits = 0;
  for (const [, indices] of neuronsOf(leaf)) bits += arrangementBits(gather(words, indices, vector));
  return bits;
}

const untold = (what: string): InputError =>
  new InputError(
    'data',
    `laperm: ${what}, so the network can't be told that way; give the skip of its training, or another description`,
  );

/** log2(n! / ∏ cᵢ!) of n words of which c₁, c₂, … are equal. */
export function arrangementBits(words: Uint32Array): number {
  const sorted = words.toSorted();
  let bits = 0;
  let run = 0;
  for (let i = 0; i < sorted.length; i++) {
    run = i > 0 && sorted[i] === sorted[i - 1] ? run + 1 : 1;
    // log2(n!) less log2 of each run's factorial, a factor at a time.
    bits += Math.log2((i + 1) / run);
  }
  return bits;
}
