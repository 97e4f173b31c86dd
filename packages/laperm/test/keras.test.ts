import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readKerasWeights } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import {
  type AnyModel,
  activation,
  averagePool2d,
  batchNorm,
  conv1d,
  conv2d,
  dense,
  dropout,
  flatten,
  layerNorm,
  paramsFromKeras,
  predict,
  residual,
  sequential,
  unflatten,
} from '@unbraid/nn';
import { expect, test } from 'vitest';

interface Case {
  readonly name: 'conv' | 'residual' | 'signal';
  readonly x: { readonly shape: readonly [number, number]; readonly data: readonly number[] };
  readonly prediction: { readonly data: readonly number[] };
}

/** Made by Keras (python/fixtures/keras_weights.py). */
const folder = new URL('../../data/test/fixtures/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('keras.json', folder), 'utf8')) as {
  readonly cases: readonly Case[];
};

const runtime = nodeRuntime({ threads: 1 });
const stack = sequential as (layers: readonly AnyModel[]) => AnyModel;
const norm = (features: number) => batchNorm({ features, epsilon: 1e-3 });
const relu = () => activation('relu');
const unit = (channels: number, filters: number, stride = 1) =>
  stack([conv2d({ channels, filters, kernel: 3, stride, padding: 'same' }), norm(filters)]);

function block(channels: number, filters: number, stride: number): AnyModel {
  const branch = stack([unit(channels, filters, stride), relu(), unit(filters, filters)]);
  const shortcut = conv2d({ channels, filters, kernel: 1, stride, padding: 'same' });
  return stack([stride === 1 ? residual(branch) : residual(branch, shortcut as AnyModel), relu()]);
}

const models: Readonly<Record<Case['name'], () => AnyModel>> = {
  conv: () =>
    stack([
      unflatten([2, 7, 6]),
      conv2d({ channels: 2, filters: 4, kernel: 3, stride: 2, padding: 'same' }),
      relu(),
      norm(4),
      dropout(0.3),
      conv2d({ channels: 4, filters: 3, kernel: [2, 3], bias: false }),
      flatten(),
      norm(9),
      dense(9, 5),
      activation('tanh'),
      layerNorm({ features: 5, epsilon: 1e-5 }),
      dense(5, 3),
    ]),
  residual: () =>
    stack([
      unflatten([2, 8, 8]),
      unit(2, 3),
      relu(),
      block(3, 3, 1),
      block(3, 5, 2),
      averagePool2d({ kernel: 4 }),
      flatten(),
      dense(5, 3),
    ]),
  signal: () =>
    stack([unflatten([2, 9]), conv1d({ channels: 2, filters: 4, kernel: 3 }), relu(), flatten(), dense(28, 2)]),
};

test.each(cases.flatMap((each) => [`${each.name}.h5`, `${each.name}.weights.h5`].map((file) => [file, each] as const)))(
  'a network with the weights of %s predicts what Keras does',
  async (file, { name, x, prediction }) => {
    const model = models[name]();
    const layers = await readKerasWeights(fileURLToPath(new URL(`keras/${file}`, folder)));
    const params = paramsFromKeras(model, layers, { name: file });
    const rows = { data: Float32Array.from(x.data), rows: x.shape[0], cols: x.shape[1] };
    const found = await predict(model, params, rows, { runtime });
    const values = 'data' in found ? found.data : found;
    expect(values).toHaveLength(prediction.data.length);
    for (const [i, value] of prediction.data.entries()) expect(Math.abs(Number(values[i]) - value)).toBeLessThan(2e-5);
  },
);
