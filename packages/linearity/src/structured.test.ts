import { createMatrix, type Matrix } from '@unbraid/data';
import { reshape } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import {
  type AnyModel,
  activation,
  batchNorm,
  conv2d,
  dense,
  embedding,
  flatten,
  globalAveragePool,
  groupNorm,
  gru,
  initialize,
  maxPool2d,
  positionalEmbedding,
  sequential,
  transformerBlock,
  unflatten,
} from '@unbraid/nn';
import { expect, test } from 'vitest';
import { relativeError } from '../test/fixture.ts';
import { tangentKernel } from './index.ts';
import { structuredPaths } from './row-jacobian.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(4);
const normal = (rows: number, cols: number): Matrix =>
  createMatrix(rows, cols, random.normal(new Float32Array(rows * cols)));
const tokens = (rows: number, cols: number): Matrix =>
  createMatrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => random.int(5)),
  );

const chain = (layers: readonly AnyModel[]): AnyModel =>
  sequential(Object.fromEntries(layers.map((layer, i) => [`layer${i}`, layer])));

const cases: Record<string, { model: AnyModel; x: Matrix; z: Matrix }> = {
  'a convolutional network': {
    model: chain([
      unflatten([2, 6, 6]),
      conv2d({ channels: 2, filters: 4, kernel: 3, padding: 'same', stride: 2 }),
      batchNorm({ features: 4 }),
      activation('relu'),
      conv2d({ channels: 4, filters: 6, kernel: [2, 1], groups: 2, padding: 1, dilation: [2, 1] }),
      groupNorm({ channels: 6, groups: 3 }),
      maxPool2d({ kernel: 2 }),
      activation('tanh'),
      flatten(),
      dense(12, 3),
    ]),
    x: normal(7, 72),
    z: normal(3, 72),
  },
  'a transformer': {
    model: chain([
      embedding(5, 8),
      positionalEmbedding(4, 8),
      transformerBlock({ features: 8, heads: 2, hidden: 12 }),
      globalAveragePool({ axes: [1] }),
      dense(8, 3),
    ]),
    x: tokens(6, 4),
    z: tokens(5, 4),
  },
  'a recurrent network, whose weights are used at each position': {
    model: chain([sequenceOf(4, 2), gru({ features: 2, hidden: 3 }), dense(3, 2)]),
    x: normal(5, 8),
    z: normal(2, 8),
  },
};

function sequenceOf(time: number, features: number): AnyModel {
  return {
    params: {},
    apply: (_: never, x) => reshape(x as never, [(x as { shape: number[] }).shape[0]!, time, features]),
  };
}

test.each(Object.entries(cases))(
  'gradients of all rows at once give the kernel of rows on their own: %s',
  async (_, each) => {
    const { model, x, z } = each;
    const point = { model, params: initialize(model, 2) };
    const found = await tangentKernel(point, x, x, { runtime });
    expect(found.meeting).toBe(undefined);
    const known = structuredPaths(model, x.cols);
    expect(found.jacobianPaths.filter((path) => !known.has(path))).toEqual([]);
    const alone = await tangentKernel(point, x, z, { runtime, method: 'alone' });
    // By one graph, and by blocks of rows.
    for (const method of ['auto', 'jacobian'] as const) {
      const { kernel } = await tangentKernel(point, x, z, { runtime, method });
      expect(relativeError(kernel.data, alone.kernel.data)).toBeLessThan(2e-6);
    }
  },
);
