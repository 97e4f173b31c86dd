import { initialize } from '@unbraid/nn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allKinds, anyWeight, shuffled } from '../test/models.ts';
import { differingVector, isPermutationOf } from './differing-vector.ts';
import { bitsOf, gather, neuronsOf, weightVectors } from './weight-vectors.ts';

/** `values` with every weight vector in another order. */
function permuted(values: Float32Array, seed: number): Float32Array {
  const result = values.slice();
  const bits = bitsOf(result);
  for (const leaf of weightVectors(allKinds, values)) {
    for (const [neuron, indices] of neuronsOf(leaf)) {
      const vector = shuffled(gather(bitsOf(values), indices, new Uint32Array(indices.length)), seed + neuron);
      for (const [place, index] of indices.entries()) bits[index] = vector[place]!;
    }
  }
  return result;
}

const size = initialize(allKinds, 0).length;
const parameters = fc.array(anyWeight, { minLength: size, maxLength: size }).map((values) => Float32Array.from(values));

test('any order of each vector is a permutation', () => {
  fc.assert(
    fc.property(parameters, fc.nat(), (initial, seed) => isPermutationOf(allKinds, initial, permuted(initial, seed))),
  );
});

test('values that went to another vector, or changed in the last bit, are found with their neuron', () => {
  const initial = initialize(allKinds, 1);
  const swapped = initial.slice();
  [swapped[1], swapped[2]] = [initial[2]!, initial[1]!];
  expect(differingVector(allKinds, initial, swapped)).toEqual({ path: 'dense', neuron: 1 });
  const changed = permuted(initial, 1);
  bitsOf(changed)[24 + 2 * 18 + 5]! ^= 1;
  expect(differingVector(allKinds, initial, changed)).toEqual({ path: 'conv', neuron: 2 });
  expect(isPermutationOf(allKinds, initial, changed)).toBe(false);
});

test('0 and −0 are not the same', () => {
  const initial = initialize(allKinds, 1);
  initial[0] = 0;
  const negated = initial.slice();
  negated[0] = -0;
  expect(differingVector(allKinds, initial, negated)).toEqual({ path: 'dense', neuron: 0 });
});

test('what LaPerm leaves alone may change', () => {
  const initial = initialize(allKinds, 1);
  const trained = initial.slice();
  trained.fill(7, 115);
  expect(differingVector(allKinds, initial, trained)).toBeUndefined();
  trained[110] = 7;
  expect(differingVector(allKinds, initial, trained)).toEqual({ path: 'bias', neuron: 0 });
  expect(isPermutationOf(allKinds, initial, trained, (path) => path === 'bias')).toBe(true);
});

test('final parameters of another size are refused', () => {
  const initial = initialize(allKinds, 1);
  expect(() => isPermutationOf(allKinds, initial, initial.subarray(1))).toThrow(
    'laperm: the final parameters are 125 values, the model has 126 parameters',
  );
});
