import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { createRandom } from '@unbraid/kernels';
import { decodePermutations, differingVector, encodePermutations, randomPrune } from '@unbraid/laperm';
import { batchNorm, conv2d, dense, flatten, heUniform, initialize, sequential, unflatten } from '@unbraid/nn';
import { anyOf } from '../any-of.ts';
import type { ByteTarget } from '../target.ts';

/** Filters, which stay as at first, batch norm, whose running means are stored, and a dense layer with biases, which is permuted. */
const model = sequential([
  unflatten([1, 3, 3]),
  conv2d({ channels: 1, filters: 2, kernel: 2, init: heUniform, bias: heUniform }),
  batchNorm({ features: 2 }),
  flatten(),
  dense(8, 3, { init: heUniform, bias: heUniform }),
]);

const different = initialize(model, 1);
/** With many equal values, whose order takes fewer bits. */
const sparse = randomPrune(model, different, { rate: 0.6, seed: createRandom(1), firstLayerAtMost: 0.6 });

/** The weights of the dense layer, each column turned by a row, and other running means. */
function trained(initial: Float32Array): Float32Array {
  const params = initial.slice();
  const start = params.length - 27;
  // Of batch norm there are γ, β, mean and variance, two entries each, before the dense layer.
  params.set([0.5, -0.25], start - 4);
  for (let i = 0; i < 24; i++) params[start + i] = initial[start + ((i + 3) % 24)]!;
  return params;
}

const seeds = [
  ...[different, sparse].map((initial) =>
    encodePermutations({ model, initial, params: trained(initial), recipe: { seed: 1 } }),
  ),
  encodePermutations({
    ...{ model, initial: different, params: trained(different) },
    originalSha256: '0123456789abcdef'.repeat(4),
  }),
];

export const permutations: ByteTarget = {
  name: 'permutations',
  seeds: () => seeds,
  repair(bytes) {
    if (bytes.length < 24) return bytes;
    const mended = bytes.slice();
    const view = new DataView(mended.buffer);
    view.setUint32(12, mended.length, true);
    view.setUint32(mended.length - 4, crc32(mended.subarray(0, -4)), true);
    return mended;
  },
  run: (bytes) => anyOf([different, sparse].map((initial) => () => check(bytes, initial))),
};

function check(bytes: Uint8Array, initial: Float32Array): void {
  const params = decodePermutations(bytes, { model, initial });
  assert.ok(params.every(Number.isFinite));
  // What is permuted is a permutation; what the header calls stored may have any value.
  const again = encodePermutations({ model, initial, params, skip: storedIn(bytes) });
  assert.deepEqual(decodePermutations(again, { model, initial }), params);
  assert.equal(differingVector(model, initial, params, storedIn(bytes)), undefined);
}

/** The parameters that a checkpoint's header doesn't call permuted. */
function storedIn(bytes: Uint8Array): (path: string) => boolean {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length))) as {
    leaves: [string, ...unknown[]][];
  };
  const permuted = new Set(header.leaves.filter((leaf) => leaf.length === 3).map(([path]) => path));
  return (path) => !permuted.has(path);
}
