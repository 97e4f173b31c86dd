import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import {
  activation,
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  dropout,
  fit,
  flatten,
  glorotUniform,
  heUniform,
  initialize,
  maxPool2d,
  sequential,
  sgd,
  softmaxCrossEntropy,
  unflatten,
} from '@unbraid/nn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agnosticize,
  decodePermutations,
  differingVector,
  encodePermutations,
  growingPeriod,
  laperm,
  randomPrune,
  weightProfiles,
} from '../src/index.ts';
import { bitsOf } from '../src/weight-vectors.ts';
import { classes } from './models.ts';

const runtime = nodeRuntime({ threads: 1 });
const filters = { init: heUniform, bias: heUniform };

/** Images of 6 × 6 through every kind of layer with parameters. */
const model = sequential([
  unflatten([1, 6, 6]),
  conv2d({ channels: 1, filters: 4, kernel: 3, padding: 'same', ...filters }),
  batchNorm({ features: 4 }),
  activation('relu'),
  dropout(0.2),
  conv2d({ channels: 4, filters: 4, kernel: 3, groups: 2, stride: 2, ...filters }),
  convTranspose2d({ channels: 4, filters: 3, kernel: 2, stride: 2, ...filters }),
  maxPool2d({ kernel: 2 }),
  flatten(),
  dense(3 * 2 * 2, 3, { init: glorotUniform, bias: heUniform }),
]);

const data = classes(24, 36);

/** First values: different ones, many zeros, or all of one value. */
const starts = {
  dense: (params: Float32Array) => params,
  sparse: (params: Float32Array, seed: number) => randomPrune(model, params, { rate: 0.7, seed: createRandom(seed) }),
  shared: (params: Float32Array, seed: number) =>
    agnosticize(model, params, { value: 0.3, keep: 0.5, seed: createRandom(seed) }),
};

test('training leaves the values of every weight vector, whatever the seed, start, schedule and inner optimizer', async () => {
  const settings = fc.record({
    seed: fc.nat(1000),
    start: fc.constantFrom(...(Object.keys(starts) as (keyof typeof starts)[])),
    period: fc.constantFrom(1, 3, growingPeriod(2, 2, 1), (epoch: number) => 5 - epoch),
    inner: fc.constantFrom(undefined, sgd()),
    steps: fc.integer({ min: 1, max: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(settings, async ({ seed, start, period, inner, steps }) => {
      const initial = starts[start](initialize(model, seed), seed);
      const { params, best } = await fit({
        model,
        loss: softmaxCrossEntropy,
        data,
        validation: data,
        params: initial,
        optimizer: laperm({ period, ...(inner && { inner }) }),
        learningRate: 0.05,
        batchSize: 8,
        steps,
        seed,
        runtime,
      });
      expect(differingVector(model, initial, params)).toBeUndefined();
      expect(differingVector(model, initial, best!.params)).toBeUndefined();
      expect(weightProfiles(model, params)).toEqual(weightProfiles(model, initial));
      const bytes = encodePermutations({ model, initial, params, recipe: { seed } });
      expect(bitsOf(decodePermutations(bytes, { model, initial }))).toEqual(bitsOf(params));
    }),
    { numRuns: 30 },
  );
});

test('batch norm is trained by the inner optimizer, its statistics by the batches', async () => {
  const initial = initialize(model, 1);
  const { params } = await fit({
    model,
    loss: softmaxCrossEntropy,
    data,
    optimizer: laperm({ period: 2 }),
    batchSize: 8,
    epochs: 2,
    seed: 1,
    runtime,
  });
  // gamma, beta, mean and variance, four each, after the 36 weights and 4 biases of the first convolution.
  for (let at = 40; at < 56; at++) expect(params[at]).not.toBe(initial[at]);
});
