import { expect, test } from 'vitest';
import {
  add,
  averagePool2d,
  broadcastTo,
  concat,
  constant,
  conv2d,
  conv2dWeightGradient,
  convTranspose2d,
  type DType,
  evaluate,
  exp,
  f32,
  gather,
  gemm,
  input,
  matmul,
  maxPool2d,
  oneHot,
  pad,
  pick,
  reduceMax,
  reduceSum,
  relu,
  repeatTiles,
  reshape,
  ShapeError,
  scatterAdd,
  slice,
  softmax,
  trace,
  transpose,
  where,
} from '../src/index.ts';

const t = (shape: readonly number[], dtype: DType = 'float32') => input('t', shape, dtype);
const a = t([2, 3]);
const images = t([2, 3, 8, 6]);

const mistakes: [string, () => unknown, string][] = [
  ['add', () => add(a, t([2])), "add: shapes [2, 3] and [2] don't broadcast: axis -1 has 3 against 2"],
  ['add of two types', () => add(a, t([2, 3], 'int32')), 'add: element types differ: float32[2, 3] and int32[2, 3]'],
  ['matmul', () => matmul(a, t([2, 4])), 'matmul: inner sizes differ in [2, 3] × [2, 4]: 3 against 2'],
  [
    'matmul transposed',
    () => matmul(a, t([3, 4]), { transposeA: true }),
    'matmul: inner sizes differ in [2, 3]ᵀ × [3, 4]: 2 against 3',
  ],
  ['matmul of batches', () => matmul(t([2, 4, 3]), t([5, 3, 4])), "matmul: shapes [2] and [5] don't broadcast"],
  [
    'matmul of vectors',
    () => matmul(t([3]), a),
    'matmul: takes float matrices, two axes at least, not float32[3] and float32[2, 3]',
  ],
  ['pick', () => pick(a, t([3], 'int32')), 'pick: an index is needed for each row of [2, 3], not [3]'],
  ['pick by reals', () => pick(a, t([2])), 'pick: indices are int32 or int64, not float32[2, 1]'],
  ['pick of a number', () => pick(t([]), t([], 'int32')), 'pick: an index is needed for each row of [], not []'],
  ['gemm', () => gemm(a, t([2, 4]), t([4])), 'gemm: inner sizes differ in [2, 3] × [2, 4]'],
  ['gemm of batches', () => gemm(t([1, 2, 3]), a, a), 'gemm: takes plain matrices, not [1, 2, 3] and [2, 3]'],
  [
    'gemm with a large addend',
    () => gemm(a, t([3, 4]), t([5, 2, 4])),
    'gemm: the addend [5, 2, 4] is larger than the product [2, 4]',
  ],
  ['concat', () => concat([a, t([2, 4])]), 'concat: [2, 3] and [2, 4] differ outside axis 0'],
  ['concat of nothing', () => concat([]), 'concat: needs at least one tensor'],
  ['reshape', () => reshape(a, [4]), 'reshape: [2, 3] has 6 entries, [4] has 4'],
  ['reshape with an open size', () => reshape(a, [-1, 4]), "reshape: [2, 3] has 6 entries, which [-1, 4] can't divide"],
  ['reshape with two open sizes', () => reshape(a, [-1, -1]), 'reshape: [-1] is not a shape'],
  ['transpose', () => transpose(a, [0]), "transpose: [0] doesn't name every axis of [2, 3]"],
  ['transpose of an axis twice', () => transpose(a, [1, 1]), 'transpose: axes [1, 1] name an axis of [2, 3] twice'],
  ['slice', () => slice(a, [0, 0, 0]), 'slice: 3 axes named, [2, 3] has 2'],
  ['slice with step 0', () => slice(a, [], [], [0]), 'slice: steps [0, 1] must be whole numbers other than 0'],
  ['slice between entries', () => slice(a, [0.5]), 'slice: starts [0.5] and ends [] must be whole numbers'],
  ['pad', () => pad(a, [1], [0, 0]), "pad: [1] before and [0, 0] after don't fit [2, 3]"],
  ['broadcastTo', () => broadcastTo(a, [3]), 'broadcastTo: [2, 3] is larger than [3]'],
  ['reduceSum', () => reduceSum(a, { axes: [2] }), 'reduceSum: axis 2 is not an axis of [2, 3]'],
  ['reduceMax of nothing', () => reduceMax(t([0, 3])), 'reduceMax: [0, 3] has no entries to choose from'],
  ['softmax of a scalar', () => softmax(t([])), 'softmax: axis -1 is not an axis of []'],
  ['gather by reals', () => gather(a, t([2])), 'gather: indices are int32 or int64, not float32[2]'],
  [
    'scatterAdd',
    () => scatterAdd(a, t([3], 'int32'), 4),
    "scatterAdd: updates [2, 3] don't have the indices' axes [3] at axis 0",
  ],
  ['oneHot', () => oneHot(t([2], 'int32'), 0), 'oneHot: depth is 0'],
  ['where', () => where(a, a, a), 'where: the condition is float32[2, 3], bool is needed'],
  ['exp of integers', () => exp(t([2], 'int32')), 'exp: takes float32 or float64, not int32[2]'],
  ['relu of integers', () => relu(t([2], 'int32')), 'relu: takes float32 or float64, not int32[2]'],
  ['conv2d', () => conv2d(images, t([4, 2, 3, 3])), "conv2d: images [2, 3, 8, 6] and filters [4, 2, 3, 3] don't fit 1"],
  ['conv2d in groups', () => conv2d(images, t([4, 3, 3, 3]), { groups: 3 }), "don't fit 3 groups"],
  ['conv2d of no images', () => conv2d(a, t([4, 3, 3, 3])), 'conv2d: takes images [batch, channels, height, width]'],
  ['conv2d by a matrix', () => conv2d(images, a), 'conv2d: the second operand of [2, 3, 8, 6] is [2, 3]; four axes'],
  ['conv2d of integers', () => conv2d(t([1, 1, 3, 3], 'int32'), t([1, 1, 3, 3], 'int32')), 'not int32[1, 1, 3, 3]'],
  [
    'conv2d with a large filter',
    () => conv2d(images, t([4, 3, 5, 5]), { dilations: 2, pads: [1, 0, 0, 0] }),
    "conv2d: a window [5, 5] with pads [1, 0, 0, 0] and dilations [2, 2] doesn't fit an image [8, 6]",
  ],
  [
    'conv2d with a stride of 0',
    () => conv2d(images, t([4, 3, 3, 3]), { strides: [1, 0] }),
    'conv2d: strides are [1, 0]; 2 whole numbers of at least 1 are needed',
  ],
  [
    'conv2d with negative pads',
    () => conv2d(images, t([4, 3, 3, 3]), { pads: -1 }),
    'conv2d: pads are [-1, -1, -1, -1]; 4 whole numbers of at least 0 are needed',
  ],
  ['conv2d in no groups', () => conv2d(images, t([4, 3, 3, 3]), { groups: 0 }), 'conv2d: groups is 0'],
  [
    'convTranspose2d',
    () => convTranspose2d(images, t([4, 3, 3, 3])),
    "convTranspose2d: images [2, 3, 8, 6] and filters [4, 3, 3, 3] don't fit 1 group",
  ],
  [
    'convTranspose2d with large pads',
    () => convTranspose2d(t([1, 3, 1, 1]), t([3, 3, 3, 3]), { pads: 2 }),
    'convTranspose2d: pads [2, 2, 2, 2] leave nothing of images [1, 3, 1, 1] and filters [3, 3, 3, 3]',
  ],
  [
    'convTranspose2d with large outputPads',
    () => convTranspose2d(images, t([3, 3, 3, 3]), { outputPads: 1 }),
    'convTranspose2d: outputPads [1, 1] must be less than the strides [1, 1] or the dilations [1, 1]',
  ],
  [
    'conv2dWeightGradient',
    () => conv2dWeightGradient(images, t([2, 4, 8, 6]), 3),
    'conv2dWeightGradient: images [2, 3, 8, 6] under filters [3, 3] in 1 group give [2, 4, 6, 4], not [2, 4, 8, 6]',
  ],
  [
    'maxPool2d with large pads',
    () => maxPool2d(images, { kernel: [2, 3], pads: [0, 0, 2, 0] }),
    'maxPool2d: pads [0, 0, 2, 0] must be less than the window [2, 3]',
  ],
  [
    'maxPool2d with windows of padding alone',
    () => maxPool2d(t([1, 1, 1, 1]), { kernel: 2, pads: 1, dilations: 2 }),
    'maxPool2d: a window [2, 2] with dilations [2, 2] on [1, 1, 1, 1] holds padding alone',
  ],
  [
    'repeatTiles',
    () => repeatTiles(images, [2]),
    'repeatTiles: the tile is [2]; two whole numbers of at least 1 are needed',
  ],
  [
    'averagePool2d',
    () => averagePool2d(images, { kernel: 9 }),
    'averagePool2d: a window [9, 9] with pads [0, 0, 0, 0]',
  ],
  ['constant', () => constant([1, 2], [3]), 'constant: 2 values given for shape [3], which holds 3'],
  ['trace', () => trace({ x: f32(2, -1) }, ({ x }) => ({ x })), 'input x: [2, -1] is not a shape'],
];

test.each(mistakes)('%s says what was wrong with which shapes', (_, mistake, message) => {
  expect(mistake).toThrow(ShapeError);
  expect(mistake).toThrow(message);
});

test('the error points at the line of the caller', () => {
  const wrong = () => add(a, t([2]));
  const stack = (() => {
    try {
      return wrong();
    } catch (error) {
      return (error as Error).stack;
    }
  })();
  expect(stack).toContain('shape-errors.test.ts');
});

test('evaluate names the input that has no value, or one of another shape', () => {
  const x = input('params.w', [2], 'float64');
  expect(() => evaluate([x], new Map())).toThrow('evaluate: the value of input params.w [2] is missing');
  const value = { shape: [3], dtype: 'float64', data: new Float64Array(3) } as const;
  expect(() => evaluate([x], new Map([[x, value]]))).toThrow('input params.w [2] has shape [3]');
});

test('evaluate refuses indices out of range', () => {
  const rows = constant([0, 2], [2], 'int32');
  const table = constant([1, 2], [2]);
  expect(() => evaluate([gather(table, rows)], new Map())).toThrow('gather: index 2 is not in 0 … 1');
  expect(() => evaluate([scatterAdd(table, rows, 2)], new Map())).toThrow('scatterAdd: index 2 is not in 0 … 1');
});
