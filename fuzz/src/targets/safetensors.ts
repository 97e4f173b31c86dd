import assert from 'node:assert/strict';
import { decodeSafetensors, encodeSafetensors } from '@unbraid/data';
import type { ByteTarget } from '../target.ts';

export const safetensors: ByteTarget = {
  name: 'safetensors',
  seeds: () => [
    encodeSafetensors({}, {}),
    encodeSafetensors(
      { w: { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) } },
      { model: 'galu' },
    ),
    encodeSafetensors({
      a: { dtype: 'F64', shape: [2], data: Float64Array.of(1.5, -2) },
      b: { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) },
      c: { dtype: 'U8', shape: [1, 3], data: Uint8Array.of(1, 2, 3) },
      d: { dtype: 'BOOL', shape: [0, 2], data: new Uint8Array(0) },
      e: { dtype: 'I32', shape: [1], data: Int32Array.of(-1) },
    }),
  ],
  run(bytes) {
    const { tensors, metadata } = decodeSafetensors(bytes);
    let total = 0;
    for (const { shape, data } of Object.values(tensors)) {
      const count = shape.reduce((product, size) => product * size, 1);
      assert.ok(shape.every((size) => Number.isSafeInteger(size) && size >= 0));
      assert.equal(data.length, count);
      total += data.byteLength;
    }
    assert.ok(total <= 2 * bytes.length);
    assert.ok(Object.values(metadata).every((text) => typeof text === 'string'));
    // What was read can be written and read again.
    assert.deepEqual(decodeSafetensors(encodeSafetensors(tensors, metadata)), { tensors, metadata });
  },
};
