import assert from 'node:assert/strict';
import { createGln, decodeGln, encodeGln } from '@unbraid/galu';
import type { ByteTarget } from '../target.ts';

/** What `loadGln` makes of the content of a file. */
export const gln: ByteTarget = {
  name: 'gln',
  seeds: () => [
    encodeGln(createGln({ inputs: 2, layers: [3], halfSpaces: 2 })),
    encodeGln(createGln({ inputs: 1, layers: [], classes: ['a', 'b', 'c'], decayFrom: 10 })),
    encodeGln(createGln({ inputs: 3, layers: [2, 2], classes: 4, halfSpaces: 1, base: 'probabilities' })),
  ],
  run(bytes) {
    const network = decodeGln(bytes);
    const { inputs, classes } = network.configuration;
    assert.ok(Number.isSafeInteger(network.steps) && network.steps >= 0);
    for (const { weights, normals, offsets } of network.layers)
      for (const values of [weights, normals, offsets]) assert.ok(values.every(Number.isFinite));
    const probabilities = network.update(new Float32Array(inputs), 1);
    assert.equal(probabilities.length, classes === 2 ? 1 : classes);
    assert.ok(probabilities.every((p) => p > 0 && p < 1));
    assert.deepEqual(
      decodeGln(encodeGln(network)).predict([new Float32Array(inputs)]),
      network.predict([new Float32Array(inputs)]),
    );
  },
};
