import type { KerasLayer } from '@unbraid/checks';
import { expect, test } from 'vitest';
import { batchNorm } from '../../layers/batch-norm.ts';
import { conv2d } from '../../layers/conv2d.ts';
import { dense } from '../../layers/dense.ts';
import { embedding } from '../../layers/embedding.ts';
import { flatten, unflatten } from '../../layers/flatten.ts';
import { layerNorm } from '../../layers/norms.ts';
import { sequential } from '../../layers/sequential.ts';
import { paramsFromKeras } from './params-from-keras.ts';

const layer = (name: string, ...weights: (readonly [readonly number[], readonly number[]])[]): KerasLayer => ({
  name,
  weights: weights.map(([shape, data], i) => ({ name: `${i}:0`, shape, data: Float32Array.from(data) })),
});

const counted = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

test('filters are turned to [filters, channels, height, width]', () => {
  const model = conv2d({ channels: 2, filters: 3, kernel: [1, 2], bias: false });
  // Kernel [1, 2, 2, 3]: entry (0, x, c, f) is 6x + 3c + f.
  const params = paramsFromKeras(model, [layer('conv', [[1, 2, 2, 3], counted(12)])], { inputShape: [2, 4, 4] });
  expect([...params]).toEqual([0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]);
});

test('rows of a dense kernel behind flatten are put channels first, those of a plain one stay', () => {
  const model = sequential([unflatten([2, 1, 2]), flatten(), dense(4, 1, { bias: false })]);
  // In Keras's order the rows are (x 0, c 0), (x 0, c 1), (x 1, c 0), (x 1, c 1).
  expect([
    ...paramsFromKeras(model, [
      layer('dense', [
        [4, 1],
        [1, 2, 3, 4],
      ]),
    ]),
  ]).toEqual([1, 3, 2, 4]);
  expect([
    ...paramsFromKeras(dense(4, 1, { bias: false }), [
      layer('dense', [
        [4, 1],
        [1, 2, 3, 4],
      ]),
    ]),
  ]).toEqual([1, 2, 3, 4]);
});

test('a bias with as many entries as were flattened stays, a normalization of them is put channels first', () => {
  const rows = [
    [1, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 3, 0],
    [0, 0, 0, 4],
  ];
  const model = sequential([unflatten([2, 1, 2]), flatten(), layerNorm({ features: 4 }), dense(4, 4)]);
  const given = [
    layer('layer_normalization', [[4], counted(4, 1)], [[4], counted(4, 5)]),
    layer('dense', [[4, 4], rows.flat()], [[4], counted(4, 9)]),
  ];
  const [first, second, third, fourth] = rows as [number[], number[], number[], number[]];
  const kernel = [first, third, second, fourth].flat();
  expect([...paramsFromKeras(model, given)]).toEqual([1, 3, 2, 4, 5, 7, 6, 8, ...kernel, 9, 10, 11, 12]);
});

const pair = sequential([dense(2, 1), batchNorm({ features: 1 })]);
const good = [
  layer(
    'dense',
    [
      [2, 1],
      [1, 2],
    ],
    [[1], [3]],
  ),
  layer('batch_normalization', [[1], [4]], [[1], [5]], [[1], [6]], [[1], [7]]),
];

test('layers are paired within their kind, whatever else stands between, and empty ones are passed over', () => {
  const params = [...paramsFromKeras(pair, good)];
  expect(params).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect([...paramsFromKeras(pair, [good[1]!, layer('dropout'), good[0]!])]).toEqual(params);
});

test.each<[string, readonly KerasLayer[], string]>([
  ['too few layers', [good[0]!], 'nn: the Keras weights: it has 0 layers that are batchNorm, the model has 1'],
  [
    'a kernel of another shape',
    [
      layer(
        'dense',
        [
          [1, 2],
          [1, 2],
        ],
        [[1], [3]],
      ),
      good[1]!,
    ],
    'nn: the Keras weights: 0:0 of dense is [1, 2], dense at 0 takes [2, 1]',
  ],
  [
    'no bias',
    [
      layer('dense', [
        [2, 1],
        [1, 2],
      ]),
      good[1]!,
    ],
    'nn: the Keras weights: the layer dense has 1 arrays, dense at 0 takes 2',
  ],
  [
    'another kind',
    [
      layer('x', [
        [1, 2, 1, 1, 1],
        [1, 2],
      ]),
      ...good,
    ],
    'nn: the Keras weights: the layer x has arrays [1, 2, 1, 1, 1], which belong to no layer that is read',
  ],
  [
    'NaN',
    [
      layer(
        'dense',
        [
          [2, 1],
          [1, Number.NaN],
        ],
        [[1], [3]],
      ),
      good[1]!,
    ],
    'nn: the Keras weights: 0:0 of dense has 1 NaN',
  ],
])('%s is refused', (_what, layers, message) => {
  expect(() => paramsFromKeras(pair, layers)).toThrow(message);
});

test('a model with a layer that is not read is refused', () => {
  const model = sequential([embedding(3, 2), dense(2, 1)]);
  expect(() => paramsFromKeras(model, good, { inputShape: [4] })).toThrow(
    "nn: embedding 3 → 2 at 0 has parameters that aren't read from Keras's files; those of dense, conv1d, conv2d, batchNorm, layerNorm are",
  );
});
