import { nodeRuntime } from '@unbraid/graph/node';
import { fit, initialize, softmaxCrossEntropy } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { classes, mlp } from '../../test/models.ts';
import { isPermutationOf } from '../differing-vector.ts';
import { descriptionBits } from './description-bits.ts';
import { signedLaperm } from './signed-laperm.ts';
import { magnitudes } from './signed-synchronizer.ts';

const runtime = nodeRuntime({ threads: 1 });
const model = mlp(20, 32, 3);

test('training leaves the sizes of every weight vector, and changes signs', async () => {
  for (const seed of [1, 2, 3]) {
    const initial = initialize(model, seed);
    const optimizer = signedLaperm({ period: 5 });
    const common = { model, loss: softmaxCrossEntropy, data: classes(100, 20), optimizer, seed, runtime };
    const { params } = await fit({ ...common, learningRate: 0.02, batchSize: 20, epochs: 10 });
    expect(isPermutationOf(model, magnitudes(initial), magnitudes(params))).toBe(true);
    expect(isPermutationOf(model, initial, params)).toBe(false);
    expect(descriptionBits({ model, initial, params, as: 'signedPermutation' })).toBeGreaterThan(params.length);
  }
});

test('zeros are permuted too, and have no sign', async () => {
  const initial = initialize(model, 1).map((value, i) => (i % 2 === 0 ? 0 : value));
  const optimizer = signedLaperm({ period: 2 });
  const common = { model, loss: softmaxCrossEntropy, data: classes(100, 20), optimizer, runtime };
  const { params } = await fit({ ...common, params: initial, learningRate: 0.02, epochs: 3 });
  expect(params.filter((value) => value === 0).length).toBe(initial.filter((value) => value === 0).length);
  expect(params.some((value, i) => value !== 0 && initial[i] === 0)).toBe(true);
});

test('settings are refused under its own name', () => {
  expect(() => signedLaperm({} as never)).toThrow('laperm: signedLaperm: period is missing');
  expect(() => signedLaperm({ period: 3 }).create(3, runtime)).toThrow('laperm: signedLaperm needs to know the model');
});
