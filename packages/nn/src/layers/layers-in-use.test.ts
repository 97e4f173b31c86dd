import { createRandom } from '@unbraid/kernels';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { shapeOf } from '../../test/apply.ts';
import {
  type AnyModel,
  activation,
  basicBlock,
  bottleneck,
  conv1d,
  decodeModel,
  dense,
  dropout,
  embedding,
  encodeModel,
  exportModel,
  fit,
  flatten,
  globalAveragePool,
  groupNorm,
  gru,
  layerNorm,
  lstm,
  meanSquaredError,
  multiHeadAttention,
  positionalEmbedding,
  predict,
  residual,
  sequential,
  sinusoidalEmbedding,
  summarize,
  transformerBlock,
  unflatten,
} from '../index.ts';

const ROWS = 24;
const ids = Float32Array.from({ length: ROWS * 6 }, (_, i) => (i * 7) % 5);
const numbers = createRandom(3).normal(new Float32Array(ROWS * 24));
const target = Float32Array.from({ length: ROWS }, (_, row) => ids[row * 6]! / 5);

/** Networks that have each of the layers, and how many columns they read. */
const networks: Readonly<Record<string, readonly [AnyModel, number]>> = {
  'a transformer of ids': [
    sequential([
      embedding(5, 8),
      positionalEmbedding(10, 8),
      dropout(0.1),
      transformerBlock({ features: 8, heads: 2, dropout: 0.1 }),
      transformerBlock({ features: 8, heads: 2, norm: 'post', causal: true, activation: 'silu' }),
      globalAveragePool({ axes: [1] }),
      dense(8, 1),
    ]),
    6,
  ],
  'attention of sequences': [
    sequential([
      unflatten([6, 4]),
      sinusoidalEmbedding(),
      multiHeadAttention({ features: 4, heads: 2 }),
      layerNorm({ features: 4 }),
      dense(4, 3),
      activation('mish'),
      flatten(),
      dense(18, 1),
    ]),
    24,
  ],
  'an lstm over an lstm': [
    sequential([
      unflatten([6, 4]),
      lstm({ features: 4, hidden: 5, returns: 'sequence' }),
      lstm({ features: 5, hidden: 3 }),
      dense(3, 1),
    ]),
    24,
  ],
  'a gru': [
    sequential([unflatten([6, 4]), gru({ features: 4, hidden: 5, returns: 'sequence' }), flatten(), dense(30, 1)]),
    24,
  ],
  'convolutions along one axis': [
    sequential([
      unflatten([4, 6]),
      conv1d({ channels: 4, filters: 6, kernel: 3, padding: 'same' }),
      groupNorm({ channels: 6, groups: 3 }),
      activation('hardSwish'),
      residual(conv1d({ channels: 6, filters: 6, kernel: 3, padding: 1, groups: 2, bias: false })),
      globalAveragePool(),
      dense(6, 1),
    ]),
    24,
  ],
  'blocks of a resnet': [
    sequential({
      image: unflatten([2, 4, 3]),
      basic: basicBlock({ channels: 2, filters: 4 }),
      same: basicBlock({ channels: 4 }),
      narrow: bottleneck({ channels: 4, width: 2, stride: 2 }),
      pool: globalAveragePool(),
      head: dense(8, 1),
    }),
    24,
  ],
  'a branch beside a shortcut': [
    sequential([residual(sequential([dense(24, 8), activation('elu'), dense(8, 2)]), dense(24, 2)), dense(2, 1)]),
    24,
  ],
};

test.each(Object.entries(networks))('%s trains, is saved, summarized and exported', async (_, [model, cols]) => {
  const x = { data: cols === 6 ? ids : numbers, rows: ROWS, cols };
  const { params, history } = await fit({
    model,
    loss: meanSquaredError,
    data: { x, y: target },
    batchSize: 8,
    learningRate: 0.01,
    epochs: 30,
    onWarning: () => undefined,
  });
  expect(history.at(-1)!.training.loss).toBeLessThan(history[0]!.training.loss / 2);
  const expected = await predict(model, params, x);
  const loaded = decodeModel(encodeModel({ model, params }));
  expect((await predict(loaded.model, loaded.params, x)).data).toEqual(expected.data);
  expect(summarize(model, [cols]).parameters).toBe(params.length);
  const session = await InferenceSession.create(exportModel(model, params, { inputShape: [cols] }));
  for (const rows of [1, 5]) {
    const part = x.data.slice(0, rows * cols);
    const { y } = await session.run({ x: new Tensor('float32', part, [rows, cols]) });
    for (const [i, value] of (y!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected.data[i]!, 4);
  }
  await session.release();
});

test('shapes of outputs', () => {
  expect(shapeOf(lstm({ features: 4, hidden: 3 }), [2, 5, 4])).toEqual([2, 3]);
  expect(shapeOf(gru({ features: 4, hidden: 3, returns: 'sequence' }), [2, 5, 4])).toEqual([2, 5, 3]);
  expect(shapeOf(conv1d({ channels: 2, filters: 3, kernel: 3, stride: 2, padding: 'same' }), [1, 2, 7])).toEqual([
    1, 3, 4,
  ]);
  expect(shapeOf(bottleneck({ channels: 64, width: 64 }), [1, 64, 8, 8])).toEqual([1, 256, 8, 8]);
  expect(shapeOf(basicBlock({ channels: 64, filters: 128, stride: 2 }), [1, 64, 8, 8])).toEqual([1, 128, 4, 4]);
  expect(shapeOf(globalAveragePool({ axes: [1, 2] }), [2, 3, 4, 5])).toEqual([2, 5]);
  expect(embedding(5, 2).params.weight).toMatchObject({ shape: [5, 2], neuronAxis: 1 });
});

test.each<[AnyModel, number[], string]>([
  [layerNorm({ features: 4 }), [2, 3], 'nn: layerNorm takes [rows, …, 4], the input is [2, 3]'],
  [groupNorm({ channels: 4, groups: 2 }), [2, 3, 5], 'nn: groupNorm takes [rows, 4, …], the input is [2, 3, 5]'],
  [lstm({ features: 4, hidden: 2 }), [2, 3], 'nn: lstm takes [rows, time, 4], the input is [2, 3]'],
  [gru({ features: 4, hidden: 2 }), [2, 3, 5], 'nn: gru takes [rows, time, 4], the input is [2, 3, 5]'],
  [
    conv1d({ channels: 4, filters: 2, kernel: 3 }),
    [2, 3, 5],
    'nn: conv1d takes [rows, 4, length], the input is [2, 3, 5]',
  ],
  [
    multiHeadAttention({ features: 4, heads: 2 }),
    [2, 4],
    'nn: multiHeadAttention takes a query [rows, time, 4], and got [2, 4]',
  ],
  [positionalEmbedding(3, 4), [2, 5, 4], 'nn: positionalEmbedding takes [rows, at most 3, 4], the input is [2, 5, 4]'],
  [sinusoidalEmbedding(), [2, 5], 'nn: sinusoidalEmbedding takes [rows, time, features], the input is [2, 5]'],
  [globalAveragePool(), [2, 5], 'nn: globalAveragePool takes the mean over axes from 2 on, the input is [2, 5]'],
  [residual(dense(2, 3)), [2, 2], 'nn: residual adds [2, 3] of its branch to [2, 2] of its input; give a shortcut'],
])('an input of another shape is refused by the layer, case %#', (layer, shape, message) => {
  expect(() => shapeOf(layer, shape)).toThrow(message);
});

test.each<[() => unknown, string]>([
  [() => embedding(0, 2), "nn: embedding's entries is 0"],
  [() => layerNorm({ features: 0 }), "nn: layerNorm's features is 0"],
  [() => groupNorm({ channels: 4, groups: 3 }), "nn: groupNorm's 3 groups don't divide its 4 channels"],
  [
    () => conv1d({ channels: 3, filters: 4, kernel: 1, groups: 2 }),
    "nn: conv1d's 2 groups don't divide its 3 channels",
  ],
  [() => multiHeadAttention({ features: 4, heads: 3 }), "nn: multiHeadAttention's 3 heads don't divide its 4 features"],
  [() => transformerBlock({ features: 4, heads: 2, norm: 'both' as never }), 'nn: transformerBlock\'s norm is "both"'],
  [
    () => lstm({ features: 2, hidden: 2, return: 'last' } as never),
    'nn: lstm has no setting "return"; the nearest are returns',
  ],
  [() => globalAveragePool({ axes: [1, 1] }), "nn: globalAveragePool's axes are [1, 1]; name each once"],
  [() => residual(3 as never), "nn: residual's branch is 3; a layer or model is needed"],
])('settings that can not be are refused in one line, case %#', (make, message) => {
  expect(make).toThrow(message);
});

test('a description of a branch that is none, or of branches in one another without end, is refused', () => {
  const decoded = (model: AnyModel, from = '', to = '') => {
    const bytes = encodeModel({ model, params: new Float32Array(6) });
    return decodeModel(Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1'));
  };
  let deep: AnyModel = dense(2, 2);
  for (let depth = 0; depth < 70; depth++) deep = residual(deep);
  expect(() => decoded(deep)).toThrow('there are more than 64 sequences in one another');
  const model = residual(dense(2, 2));
  expect(decoded(model).params.length).toBe(6);
  const layer = (name: string) => `\\"layer\\":\\"${name}\\"`;
  expect(() => decoded(model, layer('dense'), layer('dence'))).toThrow('there is no layer');
});
