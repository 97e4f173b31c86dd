import {
  add,
  argMax,
  averagePool2d,
  broadcastTo,
  cast,
  concat,
  constant,
  conv2d,
  evaluate,
  gather,
  gatherElements,
  gelu,
  gemm,
  greater,
  hostOperator,
  input,
  layerNorm,
  logSoftmax,
  matmul,
  maxPool2d,
  mul,
  type NdArray,
  pad,
  pick,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  scatterAdd,
  slice,
  softmax,
  sub,
  type Tensor,
  tanh,
  topK,
  transpose,
  where,
} from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { dependencesIn, meetingOf } from './row-dependence.ts';
import { isSameAlone } from './same-alone.ts';

const ROWS = 4;
/** As many columns as rows, so that an axis can't be told by its size. */
const COLS = 4;
const random = createRandom(3);
const numbers = (...shape: number[]): Tensor =>
  constant(random.normal(new Float32Array(shape.reduce((a, b) => a * b, 1))), shape);
const weight = numbers(COLS, 3);
const indices = (...values: number[]) => constant(values, [values.length], 'int32');
const image = (x: Tensor) => reshape(x, [ROWS, 1, 2, 2]);

const meets = (y: Tensor, x: Tensor) => meetingOf(y, dependencesIn(y, x, ROWS), ROWS);

/** Functions of a batch [4, 4] that keep its rows apart. */
const apart: Record<string, (x: Tensor) => Tensor> = {
  'a dense layer': (x) => tanh(gemm(x, weight, numbers(3))),
  'a product from the left, turned': (x) => transpose(matmul(weight, x, { transposeA: true, transposeB: true })),
  'a product of a transposed batch': (x) => matmul(transpose(x), weight, { transposeA: true }),
  'products of images': (x) => matmul(reshape(x, [ROWS, 2, 2]), reshape(tanh(x), [ROWS, 2, 2])),
  'reshaping there and back': (x) => reshape(mul(reshape(x, [ROWS * COLS]), 2), [ROWS, COLS]),
  'layer normalization': (x) => sub(x, reduceMean(x, { axes: [1], keepDims: true })),
  'softmax of each row': (x) => add(softmax(x), logSoftmax(x, 1)),
  'the largest of each row': (x) => mul(x, reduceMax(x, { axes: [1], keepDims: true })),
  'which is the largest': (x) => mul(x, reshape(cast(argMax(x, 1), 'float32'), [ROWS, 1])),
  'columns picked': (x) => gather(x, indices(2, 0, 0), 1),
  'rows of a table': (x) => gather(numbers(COLS, 5), argMax(x, 1)),
  'columns cut, padded and joined': (x) => concat([pad(slice(x, [0, 1], [ROWS, 3]), [0, 1], [0, 0]), x], 1),
  'columns added up': (x) => scatterAdd(x, indices(1, 0, 1, 1), 2, 1),
  'a convolution and pooling': (x) =>
    reshape(
      add(averagePool2d(conv2d(image(x), numbers(2, 1, 1, 1)), { kernel: 2 }), maxPool2d(image(x), { kernel: 2 })),
      [ROWS, 2],
    ),
  'a choice': (x) => where(greater(x, 0), x, mul(x, 0.1)),
  'repetition along a new axis': (x) =>
    reduceSum(broadcastTo(reshape(x, [1, ROWS, COLS]), [3, ROWS, COLS]), { axes: [0] }),
  'a dense layer of all positions': (x) => {
    const positions = reshape(x, [2 * ROWS, 2]);
    const normal = layerNorm(gelu(gemm(positions, numbers(2, 3), numbers(3))), numbers(3), numbers(3));
    return reshape(reduceSum(reshape(softmax(normal), [ROWS, 2, 3]), { axes: [1] }), [ROWS, 3]);
  },
  'products of merged matrices': (x) => {
    const heads = reshape(x, [2 * ROWS, 2, 1]);
    return reshape(matmul(softmax(matmul(heads, heads, { transposeB: true })), heads), [ROWS, COLS]);
  },
  'positions of merged rows, cut, joined and repeated': (x) => {
    const merged = reshape(x, [2 * ROWS, 2]);
    const joined = concat([slice(merged, [0, 1], [2 * ROWS, 2]), tanh(merged), numbers(2 * ROWS, 1)], 1);
    return reshape(mul(joined, reduceMax(merged, { axes: [1], keepDims: true })), [ROWS, 8]);
  },
  'one entry of every row': (x) => mul(x, reshape(pick(tanh(x), argMax(x, 1)), [ROWS, 1])),
  'the two largest of each row': (x) => gatherElements(x, topK(x, 2).indices, 1),
  'nothing of the batch': () => numbers(ROWS, 2),
};

/** Turns rows round, under the name of what goes through entries. */
const reversed = hostOperator({
  name: 'tanh',
  type: ([x]) => x!,
  meaning: ([x]) => gather(x!, indices(3, 2, 1, 0)),
  prepare: () => {
    throw new Error('is not run');
  },
});

/** Functions in which rows meet. */
const meeting: Record<string, (x: Tensor) => Tensor> = {
  'the mean of a batch': (x) => sub(x, reduceMean(x, { axes: [0], keepDims: true })),
  'the sum of everything': (x) => mul(x, reduceSum(x)),
  'softmax over rows': (x) => softmax(x, 0),
  'which row is the largest': (x) => add(x, cast(argMax(x, 0), 'float32')),
  'a transposition': (x) => transpose(x),
  'a batch and its transposed': (x) => add(x, transpose(x)),
  'a product of rows by rows': (x) => matmul(x, x, { transposeB: true }),
  'a product over rows': (x) => matmul(numbers(ROWS, ROWS), x),
  'rows in another order': (x) => gather(x, indices(1, 0, 3, 2)),
  'rows backwards': (x) => slice(x, [3, 0], [-5, COLS], [-1, 1]),
  'rows moved on': (x) => add(x, slice(pad(x, [1, 0], [0, 0]), [0, 0], [ROWS, COLS])),
  'two rows in one': (x) => reshape(reduceSum(reshape(x, [2, 2 * COLS]), { axes: [1] }), [2, 1]),
  'rows taken for columns': (x) => reshape(transpose(x), [ROWS, COLS]),
  'rows added up': (x) => scatterAdd(x, indices(1, 0, 1, 3), ROWS, 0),
  'rows joined': (x) => slice(concat([mul(x, 2), x], 0), [2, 0], [2 + ROWS, COLS]),
  'merged rows by merged rows': (x) => {
    const merged = reshape(x, [2, 2 * COLS]);
    return reshape(matmul(merged, merged, { transposeA: true }), [ROWS, 16]);
  },
  'merged rows backwards': (x) => reshape(slice(reshape(x, [2 * ROWS, 2]), [7, 0], [-9, 2], [-1, 1]), [ROWS, COLS]),
  'softmax of two merged rows': (x) => reshape(softmax(reshape(x, [2, 2 * COLS])), [ROWS, COLS]),
  'a function of the user, by the name of an operator': (x) => reversed(x),
  'rows as channels': (x) => reshape(conv2d(reshape(x, [1, ROWS, 2, 2]), numbers(ROWS, ROWS, 1, 1)), [ROWS, COLS]),
};

/** Whether changing any row changes an output of another, or the output has no row for each. */
function meetInNumbers(f: (x: Tensor) => Tensor): boolean {
  const x = input('x', [ROWS, COLS], 'float32');
  const y = f(x);
  if (y.shape[0] !== ROWS) return true;
  const width = y.shape.slice(1).reduce((a, b) => a * b, 1);
  const at = (data: Float64Array) => {
    const value: NdArray = { shape: [ROWS, COLS], dtype: 'float32', data };
    return evaluate([y], new Map([[x, value]]))[0]!.data;
  };
  const start = Float64Array.from(createRandom(8).normal(new Float32Array(ROWS * COLS)));
  const before = at(start);
  for (let row = 0; row < ROWS; row++) {
    const after = at(start.map((value, i) => (Math.floor(i / COLS) === row ? -2 * value + 1 : value)));
    for (let i = 0; i < after.length; i++) if (after[i] !== before[i] && Math.floor(i / width) !== row) return true;
  }
  return false;
}

test.each(Object.entries(apart))('rows are kept apart by %s', (_, f) => {
  expect(meetInNumbers(f)).toBe(false);
  const x = input('x', [ROWS, COLS], 'float32');
  expect(meets(f(x), x)).toBe(undefined);
});

test.each(Object.entries(meeting))('rows meet by %s', (_, f) => {
  expect(meetInNumbers(f)).toBe(true);
  const x = input('x', [ROWS, COLS], 'float32');
  expect(meets(f(x), x)).toEqual(expect.any(String));
});

test('a model is not the same for one row where numbers of the batch, or of places in it, are in its graph', () => {
  const one = input('x', [1, COLS], 'float32');
  const none = input('p', [0], 'float32');
  const isSame = (f: (x: Tensor) => Tensor) => {
    const x = input('x', [ROWS, COLS], 'float32');
    return isSameAlone({ params: {}, apply: (_: never, rows: Tensor) => f(rows) }, none, one, f(x));
  };
  expect(isSame((x) => tanh(matmul(x, weight)))).toBe(true);
  expect(isSame((x) => mul(x, 1 / x.shape[0]!))).toBe(false);
  expect(isSame((x) => add(x, constant([...Array(x.shape[0]).keys()], [x.shape[0]!, 1])))).toBe(false);
  const table = constant([0, 1, 2, 3], [ROWS, 1]);
  expect(isSame((x) => add(x, slice(table, [0, 0], [x.shape[0]!, 1])))).toBe(false);
  expect(isSame((x) => add(x, tanh(reshape(slice(table, [0, 0], [x.shape[0]!, 1]), [x.shape[0]!, 1, 1]))))).toBe(false);
  const ones = (x: Tensor) => broadcastTo(constant(1, [1, 1]), [x.shape[0]!, 1]);
  expect(isSame((x) => concat([x, tanh(ones(x))], 1))).toBe(true);
  expect(isSame((x) => mul(x, reduceSum(ones(x))))).toBe(false);
  expect(isSame((x) => slice(pad(x, [0, x.shape[0]!], [0, 0]), [0, 0], [x.shape[0]!, COLS]))).toBe(false);
});

test('what can’t be told counts as a meeting', () => {
  const x = input('x', [ROWS, COLS], 'float32');
  const moved = transpose(transpose(reshape(x, [2, 2, COLS]), [1, 0, 2]), [1, 0, 2]);
  expect(meets(reshape(moved, [ROWS, COLS]), x)).toBe('transpose');
});
