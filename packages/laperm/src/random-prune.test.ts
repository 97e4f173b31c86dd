import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mlp } from '../test/models.ts';
import { type PruneOptions, randomPrune } from './random-prune.ts';

const model = mlp(10, 20, 5);
const initial = initialize(model, 1);
const [FIRST, SECOND] = [200, 220] as const;
const prune = (options: Partial<PruneOptions>) =>
  randomPrune(model, initial, { rate: 0.5, seed: createRandom(1), ...options });
const zerosIn = (values: Float32Array) => values.filter((value) => value === 0).length;

test('a share of each layer is zero, in the first at most a fifth, and all else is as it was', () => {
  const pruned = prune({ rate: 0.7 });
  expect(zerosIn(pruned.subarray(0, FIRST))).toBe(40);
  expect(zerosIn(pruned.subarray(FIRST, SECOND))).toBe(0);
  expect(zerosIn(pruned.subarray(SECOND, SECOND + 100))).toBe(70);
  for (const [i, value] of pruned.entries()) if (value !== 0) expect(value).toBe(initial[i]);
});

test('rates may be given layer by layer, and the limit of the first be another', () => {
  const eachLayer = prune({ rate: [0.5, 0.1] });
  expect(zerosIn(eachLayer.subarray(0, FIRST))).toBe(100);
  expect(zerosIn(eachLayer.subarray(SECOND))).toBe(10);
  expect(zerosIn(prune({ rate: 0.5, firstLayerAtMost: 0.4 }).subarray(0, FIRST))).toBe(80);
});

test('the share is the rate, to a weight', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (rate) => {
      expect(zerosIn(prune({ rate }).subarray(SECOND))).toBe(Math.round(100 * rate));
    }),
  );
});

test('the seed decides which weights, and the stream is not advanced', () => {
  const random = createRandom(5);
  expect(prune({ seed: random })).toEqual(prune({ seed: random }));
  expect(prune({ seed: random })).not.toEqual(prune({ seed: createRandom(6) }));
});

test.each([
  [{ rate: 1 }, 'laperm: a pruning rate is 1; a share of at least 0 and below 1 is needed'],
  [{ rate: -0.1 }, 'laperm: a pruning rate is -0.1; a share of at least 0 and below 1 is needed'],
  [{ rate: Number.NaN }, 'laperm: a pruning rate is NaN; a share of at least 0 and below 1 is needed'],
  [{ rate: [0.1, 1.5] }, 'laperm: a pruning rate is 1.5; a share of at least 0 and below 1 is needed'],
  [{ firstLayerAtMost: 1 }, 'laperm: a pruning rate is 1; a share of at least 0 and below 1 is needed'],
  [{ rate: [0.1] }, 'laperm: there are 1 pruning rates for 2 layers with weights; give one, or one each'],
])('rates out of range are refused, case %#', (options, message) => {
  expect(() => prune(options)).toThrow(message);
});

test('parameters of another size are refused', () => {
  expect(() => randomPrune(model, initial.subarray(1), { rate: 0.5, seed: createRandom(1) })).toThrow(
    'laperm: the parameters are 324 values, the model has 325 parameters',
  );
});
