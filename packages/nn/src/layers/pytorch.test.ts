import { expect, test } from 'vitest';
import { convNet } from '../../test/fixtures.ts';
import {
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  dropout,
  fit,
  flatten,
  type Matrix,
  maxPool2d,
  predict,
  sequential,
  softmaxCrossEntropy,
  unflatten,
} from '../index.ts';

/** The net that the fixture describes, with a dropout that drops nothing. */
const model = sequential([
  unflatten([2, 6, 6]),
  conv2d({ channels: 2, filters: 4, kernel: 3, stride: 2, padding: 'same', bias: false }),
  batchNorm({ features: 4 }),
  activation('relu'),
  maxPool2d({ kernel: 2, stride: 1 }),
  convTranspose2d({ channels: 4, filters: 3, kernel: 3, stride: 2, padding: 1, outputPadding: 1 }),
  activation('relu'),
  averagePool2d({ kernel: 2 }),
  flatten(),
  batchNorm({ features: 12 }),
  activation('relu'),
  dropout(0),
  dense(12, 3),
]);

const images = ({ shape, data }: { readonly shape: readonly number[]; readonly data: readonly number[] }): Matrix => ({
  data: Float32Array.from(data),
  rows: shape[0]!,
  cols: data.length / shape[0]!,
});

test('a convolutional net with batch norm trains and predicts as in PyTorch', async () => {
  const { x, labels, parameters, learningRate, losses, trained, unseen, outputs } = convNet;
  const measured: number[] = [];
  const { params } = await fit({
    model,
    loss: softmaxCrossEntropy,
    data: { x: images(x), y: Int32Array.from(labels.data) },
    params: Float32Array.from(parameters),
    learningRate,
    batchSize: Number.POSITIVE_INFINITY,
    steps: losses.length,
    onStep: ({ loss }) => measured.push(loss),
  });
  expectClose(measured, losses);
  expectClose(params, trained);
  expectClose((await predict(model, params, images(unseen))).data, outputs.data);
});

function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(values[i]! - value), `entry ${i}`).toBeLessThan(1e-5);
}
