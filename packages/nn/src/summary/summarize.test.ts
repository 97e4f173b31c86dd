import { add, matmul } from '@unbraid/graph';
import { expect, test } from 'vitest';
import {
  activation,
  averagePool2d,
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  dropout,
  flatten,
  type Model,
  maxPool2d,
  type ParamSpec,
  param,
  sequential,
  showSummary,
  summarize,
  unflatten,
  zeros,
} from '../index.ts';

const net = sequential({
  image: unflatten([1, 28, 28]),
  features: sequential([
    conv2d({ channels: 1, filters: 32, kernel: 3 }),
    batchNorm({ features: 32 }),
    activation('relu'),
    maxPool2d({ kernel: 2 }),
    dropout(0.4),
  ]),
  flatten: flatten(),
  scores: dense(32 * 13 * 13, 10),
});

test('a summary lists the layers of nested sequences with output, parameters and multiply-adds of a row', () => {
  const { layers, ...totals } = summarize(net, [784]);
  const facts = layers.map(({ path, output, parameters, trainable, multiplyAdds }) => [
    path,
    output,
    parameters,
    trainable,
    multiplyAdds,
  ]);
  expect(facts).toEqual([
    ['image', [1, 28, 28], 0, 0, 0],
    ['features.0', [32, 26, 26], 320, 320, 32 * 26 * 26 * 9],
    ['features.1', [32, 26, 26], 128, 64, 0],
    ['features.2', [32, 26, 26], 0, 0, 0],
    ['features.3', [32, 13, 13], 0, 0, 0],
    ['features.4', [32, 13, 13], 0, 0, 0],
    ['flatten', [5408], 0, 0, 0],
    ['scores', [10], 54090, 54090, 54080],
  ]);
  expect(totals).toEqual({
    input: [784],
    parameters: 54538,
    trainable: 54474,
    multiplyAdds: 32 * 26 * 26 * 9 + 54080,
  });
});

test('convolutions count each tap of each window once, in their own group', () => {
  const sizes = { channels: 4, filters: 6, kernel: [3, 5], groups: 2 } as const;
  const forward = summarize(conv2d({ ...sizes, stride: 2, padding: 'same' }), [4, 8, 8]);
  expect(forward.multiplyAdds).toBe(6 * 4 * 4 * 2 * 15);
  const back = summarize(convTranspose2d({ ...sizes, stride: 2, padding: 'same' }), [4, 8, 8]);
  expect(back.multiplyAdds).toBe(4 * 8 * 8 * 3 * 15);
  expect(summarize(averagePool2d({ kernel: 2 }), [4, 8, 8]).multiplyAdds).toBe(0);
});

test('a model that is no sequence is one line, and its products are found in what it computes', () => {
  const model: Model<{ readonly w: ParamSpec }> = {
    params: { w: param([8, 8], zeros) },
    apply: ({ w }, x) => add(matmul(x, w), matmul(matmul(x, w), w, { transposeB: true })),
  };
  const { layers } = summarize(model, [8]);
  // x·w is used twice and computed once.
  expect(layers).toEqual([
    { path: '', name: 'unnamed', output: [8], parameters: 64, trainable: 64, multiplyAdds: 2 * 64 },
  ]);
});

test('a summary names the layer that can not take what comes before it', () => {
  expect(() => summarize(net, [783])).toThrow('nn: unflatten to [1, 28, 28] takes [rows, 784], the input is [1, 783]');
});

test('the text of a summary is a table with totals', () => {
  const model = sequential([dense(784, 128), batchNorm({ features: 128 }), activation('relu'), dense(128, 10)]);
  expect(showSummary(summarize(model, [784]))).toBe(
    [
      '   layer            output  parameters  multiply-adds',
      '   input            [784]',
      '0  dense 784 → 128  [128]      100,480        100,352',
      '1  batchNorm 128    [128]          512              0',
      '2  relu             [128]            0              0',
      '3  dense 128 → 10   [10]         1,290          1,280',
      '   total                       102,282        101,632',
      '256 of the parameters are not trained',
    ].join('\n'),
  );
});
