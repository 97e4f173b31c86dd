import { readFileSync } from 'node:fs';
import { leavesOf } from '@unbraid/graph';
import { weightVectors } from '@unbraid/laperm';
import { initialize, type ParamSpec, summarize } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { denseNames, denseNetworks } from './dense-networks.ts';

const PIXELS = { MNIST: 784, 'CIFAR-10': 3 * 32 * 32 } as const;

describe.each(denseNames)('%s', (name) => {
  const { model, images, periods, adamRates, skip } = denseNetworks[name]();

  it('tells ten classes of its images', () => {
    expect(summarize(model, [PIXELS[images]]).layers.at(-1)!.output).toEqual([10]);
  });

  it('has every weight permuted, biases on MNIST alone, and no parameter of batch norm', () => {
    const permuted = weightVectors(model, initialize(model, 1), skip).map(({ path }) => path);
    const expected = leavesOf<ParamSpec>(model.params).map(({ path }) => path);
    expect(permuted).toEqual(expected.filter((path) => (images === 'MNIST' ? /weight$|bias$/ : /weight$/).test(path)));
  });

  it('has as many trials of Adam as of LaPerm', () => expect(adamRates.length).toBe(periods.length));
});

/** Parameters of a layer with a bias, and with γ and β of batch norm where it has that. */
const layer = (inputs: number, outputs: number, norm = 0) => (inputs + 1 + norm) * outputs;
const head = layer(256, 256, 2) + layer(256, 10);

it.each([
  ['mlp', layer(784, 256) + layer(256, 128) + layer(128, 10)],
  [
    'conv7',
    layer(9, 32) +
      layer(9 * 32, 32) +
      layer(25 * 32, 32) +
      layer(9 * 32, 64) +
      layer(9 * 64, 64) +
      layer(25 * 64, 64) +
      layer(16 * 64, 128) +
      layer(128, 10),
  ],
  ['conv2', layer(9 * 3, 64, 2) + layer(9 * 64, 64, 2) + layer(16 * 16 * 64, 256, 2) + head],
  [
    'conv4',
    layer(9 * 3, 64, 2) +
      layer(9 * 64, 64, 2) +
      layer(9 * 64, 128, 2) +
      layer(9 * 128, 128, 2) +
      layer(8 * 8 * 128, 256, 2) +
      head,
  ],
  [
    'conv13',
    layer(9 * 3, 64, 2) +
      layer(9 * 64, 64, 2) +
      layer(9 * 64, 128, 2) +
      layer(9 * 128, 128, 2) +
      layer(9 * 128, 256, 2) +
      2 * layer(9 * 256, 256, 2) +
      layer(9 * 256, 512, 2) +
      5 * layer(9 * 512, 512, 2) +
      layer(512, 512, 2) +
      layer(512, 10),
  ],
  [
    'resnet50',
    layer(9 * 3, 16, 2) +
      16 * layer(9 * 16, 16, 2) +
      layer(9 * 16, 32, 2) +
      15 * layer(9 * 32, 32, 2) +
      layer(16, 32) +
      layer(9 * 32, 64, 2) +
      15 * layer(9 * 64, 64, 2) +
      layer(32, 64) +
      layer(64, 10),
  ],
] as const)('%s has as many parameters as its layers say', (name, parameters) => {
  const { model, images } = denseNetworks[name]();
  expect(summarize(model, [PIXELS[images]]).trainable).toBe(parameters);
});

it('biases of Conv7 start within √(6 / n), as the authors’ code has them', () => {
  const { model } = denseNetworks.conv7();
  const params = initialize(model, 1);
  const bias = weightVectors(model, params).find(({ path }) => path.endsWith('bias'))!;
  const values = params.subarray(bias.offset, bias.offset + bias.inner);
  expect(Math.max(...values.map(Math.abs))).toBeLessThan(Math.sqrt(6 / bias.inner));
});

it('Conv2, Conv4 and Conv13 drop what the authors’ notebooks drop', () => {
  const rates = (name: 'conv2' | 'conv4' | 'conv13') =>
    summarize(denseNetworks[name]().model, [PIXELS['CIFAR-10']]).layers.flatMap(({ name: layerName }) =>
      layerName.includes('dropout') ? [layerName] : [],
    );
  expect(rates('conv2')).toEqual(['dropout 0.3', 'dropout 0.5', 'dropout 0.5']);
  expect(rates('conv4')).toEqual(['dropout 0.3', 'dropout 0.4', 'dropout 0.5', 'dropout 0.5']);
  const between = [0.3, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4].map((rate) => `dropout ${rate}`);
  expect(rates('conv13')).toEqual([...between, 'dropout 0.5', 'dropout 0.5']);
});

it('ResNet-50 has fifty layers of weights, and halves the sides twice', () => {
  const { model } = denseNetworks.resnet50();
  const weights = leavesOf<ParamSpec>(model.params).filter(({ path }) => path.endsWith('weight'));
  expect(weights.filter(({ path }) => !path.includes('shortcut'))).toHaveLength(50);
  const { layers } = summarize(model, [PIXELS['CIFAR-10']]);
  expect(layers.find(({ name }) => name === 'globalAveragePool')!.output).toEqual([64]);
  expect(layers.findLast(({ output }) => output.length === 3)!.output).toEqual([64, 8, 8]);
});

it.each([
  [0, 1],
  [80.9, 1],
  [81, 0.1],
  [121, 0.01],
  [161, 0.001],
  [181, 0.0005],
])('the rate of ResNet-50 in epoch %d is %d of the first', (epoch, share) => {
  expect(denseNetworks.resnet50().rate(0.001)(epoch)).toBeCloseTo(0.001 * share, 10);
});

/** Counted by Keras, of the same networks built in it (python/fixtures/keras_weights.py). */
const { published } = JSON.parse(
  readFileSync(new URL('../../../data/test/fixtures/keras.json', import.meta.url), 'utf8'),
) as { readonly published: Readonly<Record<string, { readonly trainable: number; readonly all: number }>> };

it.each(['conv7', 'conv2', 'conv4', 'conv13', 'resnet50'] as const)('%s has as many parameters as in Keras', (name) => {
  const { model, images } = denseNetworks[name]();
  const { trainable, parameters } = summarize(model, [PIXELS[images]]);
  expect({ trainable, all: parameters }).toEqual(published[name]);
});
