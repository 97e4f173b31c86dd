import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as hdf5 from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readKerasWeights } from './read-keras-weights.ts';

/** Written by Keras (python/fixtures/keras_weights.py). */
const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/keras/${name}`, import.meta.url));

const shapesOf = (layers: Awaited<ReturnType<typeof readKerasWeights>>) =>
  layers.flatMap(({ name, weights }) => weights.map((array) => `${name}: ${array.name} [${array.shape.join(', ')}]`));

describe('the layout of Keras 2', () => {
  it('gives layers in the order of layer_names, arrays in that of weight_names', async () => {
    const layers = await readKerasWeights(fixture('signal.h5'));
    expect(shapesOf(layers)).toEqual([
      'conv1d: sequential/conv1d/kernel [3, 2, 4]',
      'conv1d: sequential/conv1d/bias [4]',
      'dense: sequential/dense/kernel [28, 2]',
      'dense: sequential/dense/bias [2]',
    ]);
    for (const { weights } of layers)
      for (const { shape, data } of weights) expect(data).toHaveLength(shape.reduce((all, size) => all * size, 1));
  });

  it('is found in a whole model’s file', async () => {
    expect(await readKerasWeights(fixture('whole-model.h5'))).toEqual(await readKerasWeights(fixture('signal.h5')));
  });
});

describe('the layout of Keras 3', () => {
  it('gives the same arrays, layers by their class', async () => {
    const [second, third] = [
      await readKerasWeights(fixture('conv.h5')),
      await readKerasWeights(fixture('conv.weights.h5')),
    ];
    const named = (name: string) => third.find((layer) => layer.name === name)!.weights.map(({ data }) => data);
    const inSecond = (name: string) => second.find((layer) => layer.name === name)!.weights.map(({ data }) => data);
    for (const name of ['conv2d', 'conv2d_1', 'batch_normalization', 'batch_normalization_1', 'dense', 'dense_1'])
      expect(named(name)).toEqual(inSecond(name));
    expect(third.some(({ name }) => name.includes('seed_generator'))).toBe(false);
  });

  it('counts layers of a class, and does not order them as texts', async () => {
    const path = written((file) => {
      const layers = file.create_group('layers');
      for (const i of [10, 2, 0, 9]) {
        const vars = layers.create_group(i === 0 ? 'dense' : `dense_${i}`).create_group('vars');
        vars.create_dataset({ name: '0', data: Float32Array.of(i, i), shape: [1, 2] });
      }
    });
    expect((await readKerasWeights(path)).map(({ name }) => name)).toEqual(['dense', 'dense_2', 'dense_9', 'dense_10']);
  });
});

beforeAll(async () => {
  await hdf5.ready;
});

function written(fill: (file: hdf5.File) => void): string {
  const path = join(temporaryFolder(), 'x.h5');
  const file = new hdf5.File(path, 'w');
  fill(file);
  file.close();
  return path;
}

describe('what is no file of Keras weights is refused in one line', () => {
  const oneLayer = (file: hdf5.File, data: Float32Array | Int32Array, names = ['kernel:0']) => {
    file.create_attribute('layer_names', ['dense']);
    const group = file.create_group('dense');
    group.create_attribute('weight_names', names);
    group.create_dataset({ name: 'kernel:0', data, shape: [data.length] });
  };

  it.each<[string, (file: hdf5.File) => void, string]>([
    [
      'without layers',
      (file) => file.create_group('other'),
      'it has neither layer_names, as Keras 2 writes them, nor a group layers, as Keras 3 does',
    ],
    [
      'of whole numbers',
      (file) => oneLayer(file, Int32Array.of(1)),
      'kernel:0 of dense is not of float32 or float64 numbers',
    ],
    [
      'without weight_names',
      (file) => {
        file.create_attribute('layer_names', ['dense']);
        file.create_group('dense');
      },
      'its layer dense has no weight_names',
    ],
    [
      'whose layer_names are numbers',
      (file) => file.create_attribute('layer_names', Int32Array.of(1, 2)),
      'its attribute layer_names is no list of texts',
    ],
  ])('a file %s', async (_what, fill, reason) => {
    const path = written(fill);
    await expect(readKerasWeights(path)).rejects.toThrow(`data: ${path} is no file of Keras weights: ${reason}`);
  });

  it('a file that takes more than the limit', async () => {
    const path = written((file) => oneLayer(file, new Float32Array(1000)));
    expect((await readKerasWeights(path))[0]!.weights[0]!.data).toHaveLength(1000);
    await expect(readKerasWeights(path, { limit: 7999 })).rejects.toThrow(
      `data: ${path} goes past the limit of 7999 bytes unpacked, at kernel:0 of dense`,
    );
  });

  it('a file that is cut off, and one that is none', async () => {
    const bytes = readFileSync(fixture('signal.h5'));
    const path = join(temporaryFolder(), 'cut.h5');
    writeFileSync(path, bytes.subarray(0, 9000));
    await expect(readKerasWeights(path)).rejects.toThrow(`data: ${path} is damaged: `);
    await expect(readKerasWeights(join(path, 'none'))).rejects.toThrow(/^data: cannot read /);
  });
});
