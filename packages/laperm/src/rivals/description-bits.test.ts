import { initialize } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { mlp, shuffled } from '../../test/models.ts';
import { encodePermutations } from '../checkpoint/encode.ts';
import { arrangementBits, type Description, descriptionBits } from './description-bits.ts';

const model = mlp(300, 20, 10);
const initial = initialize(model, 1);
const words = (...values: number[]) => Uint32Array.from(values);

test('an arrangement takes log2 of how many there are', () => {
  expect(arrangementBits(words(1, 2, 3, 4))).toBeCloseTo(Math.log2(24), 12);
  expect(arrangementBits(words(7, 7, 7, 0, 0))).toBeCloseTo(Math.log2(10), 12);
  expect(arrangementBits(words(5, 5))).toBeCloseTo(0, 12);
});

/** The first layer's vectors in another order. */
function permuted(): Float32Array {
  const params = initial.slice();
  for (let f = 0; f < 20; f++) {
    const column = Float32Array.from({ length: 300 }, (_, i) => initial[20 * i + f]!);
    for (const [i, value] of shuffled(column, f).entries()) params[20 * i + f] = value;
  }
  return params;
}

test('a permutation takes what its checkpoint does, without what lies around it, and nothing where nothing moved', () => {
  const params = permuted();
  const bits = descriptionBits({ model, initial, params, as: 'permutation' });
  const stored = 8 * encodePermutations({ model, initial, params }).length;
  // The checkpoint tells the order of the layers that are as at first, too, and names its parameters.
  const others =
    10 * arrangementBits(words(...Array(20).keys())) +
    arrangementBits(words(...Array(20).keys())) +
    arrangementBits(words(...Array(10).keys()));
  expect(bits).toBeCloseTo(32 + 20 * arrangementBits(words(...Array(300).keys())), 5);
  expect(stored).toBeGreaterThan(bits + others - 32);
  expect(stored).toBeLessThan(bits + others + 8 * 300);
  expect(descriptionBits({ model, initial, params: initial, as: 'permutation' })).toBe(32);
});

test('signs take a bit for each weight that has one', () => {
  const params = permuted().map((value, i) => (i % 3 === 0 && i < 6000 ? -value : value));
  const bits = descriptionBits({ model, initial, params, as: 'signedPermutation' });
  expect(bits - descriptionBits({ model, initial, params: permuted(), as: 'permutation' })).toBeCloseTo(6000, 5);
});

test('a mask takes log2 of n over m for each layer, and what else has changed 32 bits a number', () => {
  const params = initial.map((value, i) => (i < 6000 && i % 4 > 0 ? 0 : value));
  const mask = arrangementBits(words(...Array.from({ length: 6000 }, (_, i) => (i % 4 > 0 ? 0 : 1))));
  expect(descriptionBits({ model, initial, params, as: 'mask' })).toBeCloseTo(32 + mask, 5);
  params[params.length - 1]! += 1;
  expect(descriptionBits({ model, initial, params, as: 'mask' })).toBeCloseTo(32 + mask + 32 * 10, 5);
});

test('values take themselves and where they are, and no more than 32 bits a number', () => {
  const params = initial.map((value, i) => (i < 6000 ? [0, 0.5, -0.5][i % 3]! : value));
  const places = arrangementBits(words(...Array.from({ length: 6000 }, (_, i) => i % 3)));
  expect(descriptionBits({ model, initial, params, as: 'values' })).toBeCloseTo(32 + places + 96, 5);
  const fresh = initialize(model, 2);
  expect(descriptionBits({ model, initial, params: fresh, as: 'values' })).toBe(32 + 32 * fresh.length);
});

test('what can’t be told so is refused', () => {
  const params = initial.map((value) => value + 1);
  const told = (as: Description) => () => descriptionBits({ model, initial, params, as });
  expect(told('permutation')).toThrow(
    'laperm: neuron 0 of 0.weight has other weights than at first, so the network can',
  );
  expect(told('mask')).toThrow('laperm: entry 0 of 0.weight is neither 0 nor its first value');
  expect(told('order' as Description)).toThrow('laperm: descriptionBits\'s as is "order"');
  expect(() => descriptionBits({ model, initial, params: initial.subarray(1), as: 'mask' })).toThrow(
    'laperm: the trained parameters are 6229 values, the model has 6230 parameters',
  );
});
