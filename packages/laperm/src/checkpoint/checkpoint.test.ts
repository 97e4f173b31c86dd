import { createRandom } from '@unbraid/kernels';
import { type AnyModel, dense, heUniform, initialize, sequential } from '@unbraid/nn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allKinds, anyWeight, mlp, shuffled } from '../../test/models.ts';
import { agnosticize } from '../agnosticize.ts';
import { alphabetOf, encodeArrangement } from '../coding/arrangement.ts';
import { createRangeEncoder } from '../coding/range-encoder.ts';
import { differingVector } from '../differing-vector.ts';
import { bitsOf, gather, neuronsOf, type Skip, weightVectors } from '../weight-vectors.ts';
import { type Container, pack, unpack } from './container.ts';
import { crc32 } from './crc32.ts';
import { decodePermutations } from './decode.ts';
import { encodePermutations } from './encode.ts';
import type { Header } from './header.ts';

/** Parameters as LaPerm might leave them: vectors in another order, the rest with other values. */
function trained(model: AnyModel, initial: Float32Array, seed = 7, skip?: Skip): Float32Array {
  const params = createRandom(seed).normal(new Float32Array(initial.length));
  const bits = bitsOf(params);
  for (const leaf of weightVectors(model, initial, skip)) {
    for (const [neuron, indices] of neuronsOf(leaf)) {
      const vector = shuffled(gather(bitsOf(initial), indices, new Uint32Array(indices.length)), seed + neuron);
      for (const [place, index] of indices.entries()) bits[index] = vector[place]!;
    }
  }
  return params;
}

const initial = initialize(allKinds, 1);
const params = trained(allKinds, initial);
const encoded = encodePermutations({ model: allKinds, initial, params, recipe: { seed: 1 } });

test('parameters come back bit for bit, whatever the first values, and with what is skipped', () => {
  const parameters = fc.array(anyWeight.filter(Number.isFinite), {
    minLength: initial.length,
    maxLength: initial.length,
  });
  fc.assert(
    fc.property(parameters, fc.nat(), fc.constantFrom('', 'dense', 'bias'), (values, seed, skipped) => {
      const first = Float32Array.from(values);
      const skip = (path: string) => path === skipped;
      const last = trained(allKinds, first, seed, skip);
      const bytes = encodePermutations({ model: allKinds, initial: first, params: last, skip });
      expect(bitsOf(decodePermutations(bytes, { model: allKinds, initial: first }))).toEqual(bitsOf(last));
    }),
  );
});

test('the first parameters can be made of the recipe that the checkpoint keeps', () => {
  const decoded = decodePermutations(encoded, {
    model: allKinds,
    initial: (recipe) => initialize(allKinds, (recipe as { seed: number }).seed),
  });
  expect(decoded).toEqual(params);
});

/** F2 of the paper: every weight 0 or 0.03, with its densities. */
function sharedValues() {
  const layer = (inputs: number, outputs: number) => dense(inputs, outputs, { bias: false });
  const model = sequential([layer(784, 128), layer(128, 64), layer(64, 10)]);
  const options = { value: 0.03, keep: [1 / 15, 1 / 7, 1 / 3], seed: createRandom(1) };
  return { model, initial: agnosticize(model, initialize(model, 1), options) };
}

/** Every weight and bias different. */
function differentValues() {
  const model = sequential([
    dense(784, 100, { init: heUniform, bias: heUniform }),
    dense(100, 10, { init: heUniform, bias: heUniform }),
  ]);
  return { model, initial: initialize(model, 1) };
}

/** log2(784!) / 784, which most of the weights need. */
const DIFFERENT = 8.2;
/** Entropy of a weight that is kept with probability 1/15, for most. */
const SHARED = 0.37;

test.each([
  ['a network of one shared value', sharedValues(), SHARED],
  ['a network of different values', differentValues(), DIFFERENT],
])('%s takes about the bits of its orders, header included', (_name, { model, initial: first }, bitsPerWeight) => {
  const last = trained(model, first);
  const bytes = encodePermutations({ model, initial: first, params: last, recipe: { seed: 1 } });
  expect((8 * bytes.length) / last.length).toBeLessThan(bitsPerWeight + 0.05);
  expect(decodePermutations(bytes, { model, initial: first })).toEqual(last);
});

test('parameters that are no permutation are refused with their place', () => {
  const other = params.slice();
  other[24]! += 1;
  expect(() => encodePermutations({ model: allKinds, initial, params: other })).toThrow(
    'laperm: neuron 0 of conv has other weights than at first; a permutation checkpoint takes parameters right after a ' +
      'synchronization, and the same skip as training',
  );
});

test('parameters of another size are refused', () => {
  expect(() => encodePermutations({ model: allKinds, initial, params: params.subarray(1) })).toThrow(
    'laperm: the trained parameters are 125 values, the model has 126 parameters',
  );
  expect(() => decodePermutations(encoded, { model: allKinds, initial: initial.subarray(1) })).toThrow(
    'laperm: the initial parameters are 125 values, the model has 126 parameters',
  );
});

test('a checkpoint of another architecture is refused', () => {
  const model = mlp(5, 8, 3);
  const first = initialize(model, 1);
  const bytes = encodePermutations({ model, initial: first, params: first });
  expect(() => decodePermutations(bytes, { model: mlp(5, 9, 3), initial: first })).toThrow(
    'laperm: the checkpoint is of another architecture: parameter 1 of 4 is 0.weight[5, 8], in the model it is ' +
      '0.weight[5, 9]; load it into a model as it was trained',
  );
  const shorter = dense(5, 8);
  expect(() => decodePermutations(bytes, { model: sequential([shorter]), initial: first })).toThrow(
    'parameter 3 of 4 is 2.weight[8, 3], in the model it is missing',
  );
});

test('a checkpoint of another seed is refused, and says which it needs', () => {
  expect(() => decodePermutations(encoded, { model: allKinds, initial: initialize(allKinds, 2) })).toThrow(
    'laperm: the checkpoint is of a network trained from other first parameters (another seed?); ' +
      'give it those that this recipe makes: {"seed":1}',
  );
});

test('any byte that changes is found, and where nothing else is wrong, by the checksum', () => {
  const load = (bytes: Uint8Array) => () => decodePermutations(bytes, { model: allKinds, initial });
  for (let at = 0; at < encoded.length; at++) {
    const damaged = encoded.slice();
    damaged[at]! ^= 0x40;
    expect(load(damaged)).toThrow(
      at < 20
        ? /laperm: the checkpoint (is not|has format|is cut off|is damaged)/
        : 'laperm: the checkpoint is damaged: its checksum does not agree with its content; take another copy',
    );
  }
  const longer = new Uint8Array(encoded.length + 1);
  longer.set(encoded);
  expect(load(longer)).toThrow('is damaged');
});

test('a checkpoint that is cut off anywhere is refused', () => {
  const load = (length: number) => () => decodePermutations(encoded.subarray(0, length), { model: allKinds, initial });
  expect(load(encoded.length - 1)).toThrow(
    `laperm: the checkpoint is cut off: it has ${encoded.length - 1} of at least ${encoded.length} bytes; take another copy`,
  );
  for (let length = 8; length < encoded.length; length++) expect(load(length)).toThrow('is cut off');
  for (let length = 0; length < 8; length++) expect(load(length)).toThrow('is not a permutation checkpoint');
});

/** Bytes with another header, plain values or coded bytes, and a checksum that agrees. */
function forged(change: Partial<Container> | ((header: Header) => unknown)): Uint8Array {
  const whole = unpack('the checkpoint', encoded);
  const header = typeof change === 'function' ? (change(structuredClone(whole.header)) as Header) : whole.header;
  return pack({ ...whole, header, ...(typeof change === 'object' && change) });
}

const load = (bytes: Uint8Array) => () => decodePermutations(bytes, { model: allKinds, initial });

test('arrangements that are cut off, longer or others are refused though the checksum agrees', () => {
  const { coded } = unpack('the checkpoint', encoded);
  const refusal = 'laperm: the checkpoint is damaged: its arrangements are not those of the network; take another copy';
  for (let length = 0; length < coded.length; length++) {
    expect(load(forged({ coded: coded.subarray(0, length) }))).toThrow(refusal);
  }
  expect(load(forged({ coded: Uint8Array.of(...coded, 0) }))).toThrow(refusal);
});

/** The arrangements of all vectors, also of parameters that came back in their first order, which a new checkpoint would hold nothing of. */
function codedVectors(decoded: Float32Array): Uint8Array {
  const encoder = createRangeEncoder();
  for (const leaf of weightVectors(allKinds, initial)) {
    for (const [, indices] of neuronsOf(leaf)) {
      const [before, after] = [initial, decoded].map((of) =>
        gather(bitsOf(of), indices, new Uint32Array(indices.length)),
      );
      encodeArrangement(encoder, alphabetOf(before!), after!);
    }
  }
  return encoder.finish();
}

test('bytes that decode are those that the decoded network is coded as', () => {
  const { coded } = unpack('the checkpoint', encoded);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: coded.length, maxLength: coded.length }), (bytes) => {
      let decoded: Float32Array;
      try {
        decoded = load(forged({ coded: bytes }))();
      } catch {
        return;
      }
      expect(differingVector(allKinds, initial, decoded)).toBeUndefined();
      expect(codedVectors(decoded)).toEqual(bytes);
    }),
  );
});

test('headers that do not fit are refused though the checksum agrees', () => {
  const huge = (header: Header) => ({ ...header, leaves: [['dense', [2 ** 40]], ...header.leaves.slice(1)] });
  expect(load(forged(huge))).toThrow('is damaged: it has fewer values than its header says');
  for (const header of [null, [], { leaves: {} }, { leaves: [['dense', [-6, 4]]], initial: 0, recipe: null }]) {
    expect(load(forged(() => header))).toThrow('is damaged: its header is not one of a permutation checkpoint');
  }
  const turned = (header: Header) => ({
    ...header,
    leaves: header.leaves.map(([path, shape, vectors]) =>
      path === 'dense' ? [path, shape, [1, 6, 4]] : vectors ? [path, shape, vectors] : [path, shape],
    ),
  });
  expect(load(forged(turned))).toThrow(
    'laperm: the checkpoint has weight vectors of dense[6, 4] that the model has not',
  );
});

test('values that are not finite are neither written nor read', () => {
  const bad = params.slice();
  bad[bad.length - 1] = Number.NaN;
  expect(() => encodePermutations({ model: allKinds, initial, params: bad })).toThrow(
    'laperm: trained parameter mean has 1 NaN value, the first at entry 3 (counted from 0); training has diverged',
  );
  const { plain } = unpack('the checkpoint', encoded);
  expect(load(forged({ plain: plain.with(0, Number.POSITIVE_INFINITY) }))).toThrow(
    'laperm: the checkpoint: zeroBias has 1 infinite value, the first at entry 0',
  );
});

test('other files and later formats are refused', () => {
  const load = (bytes: Uint8Array) => () => decodePermutations(bytes, { model: allKinds, initial });
  expect(load(new Uint8Array(100))).toThrow(
    'laperm: the checkpoint is not a permutation checkpoint; it begins with other bytes',
  );
  const later = encoded.slice();
  later[8] = 3;
  expect(load(later)).toThrow('laperm: the checkpoint has format 3, this version of @unbraid/laperm reads 1 to 2');
});

test('parameters that are as at first take nothing, and come back', () => {
  const { model, initial: first } = differentValues();
  const last = trained(model, first);
  last.set(first.subarray(0, 784 * 100));
  const bytes = encodePermutations({ model, initial: first, params: last });
  expect(bytes.length).toBeLessThan((1100 * 7) / 8 + 400);
  expect(decodePermutations(bytes, { model, initial: first })).toEqual(last);
});

test('files of the first format are read', () => {
  const old = encoded.slice();
  old[8] = 1;
  new DataView(old.buffer).setUint32(old.length - 4, crc32(old.subarray(0, -4)), true);
  expect(decodePermutations(old, { model: allKinds, initial })).toEqual(params);
});

test('first values are those of seed 0 unless they are given', () => {
  const first = initialize(allKinds, 0);
  const last = trained(allKinds, first);
  expect(decodePermutations(encodePermutations({ model: allKinds, params: last }), { model: allKinds })).toEqual(last);
});

test('the file that a model is from is kept by its SHA-256', () => {
  const originalSha256 = 'ab'.repeat(32);
  const bytes = encodePermutations({ model: allKinds, initial, params, originalSha256 });
  expect(decodePermutations(bytes, { model: allKinds, initial, originalSha256 })).toEqual(params);
  expect(() => decodePermutations(bytes, { model: allKinds, initial, originalSha256: 'cd'.repeat(32) })).toThrow(
    `laperm: the checkpoint is of the file with the SHA-256 ${originalSha256}, and this one has ${'cd'.repeat(32)}; give it that file`,
  );
  expect(() => encodePermutations({ model: allKinds, initial, params, originalSha256: 'AB' })).toThrow(
    'laperm: originalSha256 is "AB"; 64 hexadecimal digits, in lower case, are needed',
  );
});
