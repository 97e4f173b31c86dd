import assert from 'node:assert/strict';
import {
  activation,
  batchNorm,
  conv2d,
  decodeModel,
  dense,
  dropout,
  encodeModel,
  flatten,
  gaussian,
  initialize,
  ntk,
  sequential,
  unflatten,
} from '@unbraid/nn';
import type { ByteTarget } from '../target.ts';

const net = sequential([
  dense(3, 4, { init: ntk, bias: gaussian(0.1) }),
  activation('relu'),
  dropout(0.5),
  dense(4, 2),
]);
const images = sequential({
  image: unflatten([1, 3, 3]),
  filters: conv2d({ channels: 1, filters: 2, kernel: 2, padding: 'same', bias: false }),
  normal: batchNorm({ features: 2 }),
  rows: sequential([flatten(), dense(18, 1)]),
});

/** A saved model, whose layers the file describes. */
export const nnModel: ByteTarget = {
  name: 'nn-model',
  seeds: () => [
    encodeModel({ model: net, params: initialize(net, 0), classes: ['no', 'yes'], features: ['a', 'b', 'c'] }),
    encodeModel({ model: images, params: initialize(images, 0), notes: { made: 'for fuzzing' } }),
    encodeModel({ model: dense(1, 1), params: new Float32Array(2) }),
  ],
  run(bytes) {
    const { model, params, ...rest } = decodeModel(bytes);
    assert.ok(params.every(Number.isFinite));
    for (const names of [rest.classes ?? [], rest.features ?? []])
      assert.ok(names.every((name) => typeof name === 'string') && new Set(names).size === names.length);
    const again = decodeModel(encodeModel({ model, params, ...rest }));
    assert.deepEqual({ ...again, model: undefined }, { model: undefined, params, ...rest });
  },
};
