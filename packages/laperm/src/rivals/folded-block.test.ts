import { nodeRuntime } from '@unbraid/graph/node';
import { conv2d, dense, flatten, initialize, predict, sequential, summarize, unflatten } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { foldedBlock } from './folded-block.ts';

const runtime = nodeRuntime({ threads: 1 });
const layer = () => dense(6, 6, { bias: false });

test('all iterations share weights, each has normalizations of its own', () => {
  const weights = (iterations: number) =>
    summarize(foldedBlock({ layers: [layer(), layer()], features: [6, 6], iterations }), [6]).trainable;
  // γ and β for each iteration and layer.
  expect(weights(4) - weights(1)).toBe(3 * 2 * 2 * 6);
});

test('an iteration is ReLU(x + f(x)), and two are one after the other', async () => {
  const rows = { data: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)), rows: 2, cols: 6 };
  const [once, twice] = [1, 2].map((iterations) => foldedBlock({ layers: [layer()], features: [6], iterations }));
  const weights = initialize(once!, 1).subarray(0, 36);
  // The weight, then γ = 1, β = 0, mean 0 and variance 1 of each iteration.
  const withWeights = (model: NonNullable<typeof once>) => {
    const params = initialize(model, 2);
    params.set(weights);
    return params;
  };
  const step = (x: Float32Array) =>
    x.map((value, at) => {
      const [row, f] = [Math.floor(at / 6), at % 6];
      const sum = weights.reduce((all, w, i) => (i % 6 === f ? all + w * x[6 * row + Math.floor(i / 6)]! : all), 0);
      return Math.max(0, value + sum / Math.sqrt(1 + 1e-5));
    });
  const outputs = async (model: NonNullable<typeof once>) =>
    (await predict(model, withWeights(model), rows, { runtime })).data;
  const expected = [step(rows.data), step(step(rows.data))];
  for (const [i, model] of [once!, twice!].entries())
    for (const [at, value] of (await outputs(model)).entries()) expect(value).toBeCloseTo(expected[i]![at]!, 5);
});

test('convolutions fold, too', () => {
  const convolution = () => conv2d({ channels: 4, filters: 4, kernel: 3, padding: 'same', bias: false });
  const block = foldedBlock({ layers: [convolution(), convolution()], features: [4, 4], iterations: 3 });
  expect(summarize(sequential([unflatten([4, 5, 5]), block, flatten()]), [100]).layers.at(-1)!.output).toEqual([100]);
});

test('settings that don’t fit are refused', () => {
  expect(() => foldedBlock({ layers: [layer()], features: [6, 6], iterations: 1 })).toThrow(
    'laperm: foldedBlock has 1 layers and features',
  );
  expect(() => foldedBlock({ layers: [layer()], features: [6], iterations: 0 })).toThrow(
    "foldedBlock's iterations is 0",
  );
  expect(() => foldedBlock({ layers: [3 as never], features: [6], iterations: 1 })).toThrow('a layer is needed');
});
