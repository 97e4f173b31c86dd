import * as g from '../src/index.ts';
import { type DType, spec, type Tensor, trace } from '../src/index.ts';
import { array, type Values } from './values.ts';

/*
 * Every operator at the numbers that kernels treat in ways of their own: NaN in every place, infinities, zeros of both signs, subnormal, tiny and
 * huge numbers, ties; and at whole numbers and truths.
 */

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];

const LINE = [
  ...[
    0, -0, 1, -1, 0.5, -0.5, 3, -3, 10, -10, 17, -17, 20, -20, 37, -37, 50, -50, 87, -87, 88.5, -88.5, 100, -100, 103,
    -103,
  ],
  ...[
    709, -709, 746, -746, 1e-3, -1e-3, 1e-5, -1e-5, 1e-10, -1e-10, 1e-30, -1e-30, 1e-40, -1e-40, 1e4, -1e4, 1e10, -1e10,
  ],
  ...[1e30, -1e30, 3.4e38, -3.4e38, inf, -inf, nan],
];
const FEW = [0, -0, 1, -1, 0.5, 2, -3, 1e-40, 1e30, inf, -inf, nan];
const PAIRS = FEW.flatMap((a) => FEW.map((b) => [a, b] as const));

/** Rows of 8 with a NaN in each place, infinities, ties, and numbers that overflow when added or raised. */
const ROWS = [
  ...Array.from({ length: 8 }, (_, at) => [5, 2, 7, 1, 7, 3, 6, 4].with(at, nan)),
  [5, 2, 7, 1, 7, 3, 6, 4],
  [inf, 2, nan, 1, 7, 3, 6, 4],
  [nan, inf, 1, 1, 7, 3, -inf, 4],
  [inf, 2, 7, inf, 7, 3, 6, 4],
  [-inf, 2, 7, 1, 7, 3, -inf, 4],
  new Array<number>(8).fill(-inf),
  new Array<number>(8).fill(nan),
  [1e30, 1e30, 1, 1, 1, 1, 0, 0],
  [1000, 1001, 999, -1000, 0, 0, 1, 2],
  [1e-40, 1e-30, 1e-20, 0, 0, -1e-40, 1e-38, 1e-39],
];

const byName = { ...g };

type Build = (...xs: Tensor[]) => Tensor;
type Operand = readonly [shape: readonly number[], data: readonly number[], dtype?: DType];

/** A use of an operator: its operands, of the type that is compared unless they have one of their own. */
export type Use = readonly [inputs: readonly Operand[], f: Build];

const line = (f: Build): Use[] => {
  // Three times over: in wide registers, and what is left.
  const long = [...LINE, ...LINE, ...LINE];
  return [[[[[long.length], long]], f], ...LINE.map((x): Use => [[[[], [x]]], f])];
};
const pairs = (f: Build): Use[] => {
  const [a, b] = [0, 1].map((side) => PAIRS.map((pair) => pair[side]!)) as [number[], number[]];
  const truth: Build = (x, y) => {
    const z = f(x, y);
    return z.dtype === 'bool' ? g.cast(z, x.dtype) : z;
  };
  return [
    [
      [
        [[a.length], a],
        [[b.length], b],
      ],
      truth,
    ],
    ...FEW.map(
      (c): Use => [
        [
          [[FEW.length], FEW],
          [[], [c]],
        ],
        truth,
      ],
    ),
  ];
};
/** A reduction of rows, of columns, of all, and of longer rows. */
const folds = (f: (x: Tensor, axis: number) => Tensor): Use[] => {
  const columns = Array.from({ length: 8 }, (_, at) => ROWS.map((row) => row[at]!)).flat();
  const long = ROWS.flatMap((row) => [...row.slice(0, 3), ...new Array<number>(40).fill(row[3]!), ...row.slice(3)]);
  return [
    [[[[ROWS.length, 8], ROWS.flat()]], (x) => f(x, 1)],
    [[[[8, ROWS.length], columns]], (x) => f(x, 0)],
    [[[[ROWS.length, 48], long]], (x) => f(x, 1)],
    [[[[2, ROWS.length / 2, 8], ROWS.flat()]], (x) => f(x, 1)],
    ...ROWS.map((row): Use => [[[[8], row]], (x) => f(x, 0)]),
  ];
};
const reduction = (f: typeof g.reduceSum) => folds((x, axis) => f(x, { axes: [axis] }));
/** Images of 1 and of 16 channels with NaN and infinities in many places. */
const images = (f: Build): Use[] =>
  [1, 16].map((channels): Use => {
    const data = Array.from(
      { length: channels * 36 },
      (_, i) => [3, nan, -inf, 1, 2, inf, -1, 0, 4, 4, -inf][(i * 7 + Math.floor(i / 36)) % 11]!,
    );
    return [[[[1, channels, 6, 6], data]], f];
  });
/** Products of what is 0, infinite or NaN with what is not. */
const FACTORS = [1, 0, -2, inf, nan, 1e-40, 3, -0, 1];
const product = (f: Build): Use[] => [
  [
    [
      [[3, 3], FACTORS],
      [[3, 3], FACTORS.toReversed()],
    ],
    f,
  ],
];

/** Places in the other half of an axis. */
const places = ({ shape }: Tensor, axis: number): Tensor => {
  const line = Array.from({ length: shape[axis]! }, (_, i) => (i * 3) % shape[axis]!);
  return g.broadcastTo(g.constant(line, [line.length, ...shape.slice(axis + 1).map(() => 1)], 'int64'), shape);
};

/** Pairs of whole numbers, or of truths. */
const wholes = (dtypes: readonly DType[], numbers: readonly number[], f: Build): Use[] =>
  dtypes.map((dtype): Use => {
    const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const));
    const side = (at: 0 | 1): Operand => [[pairs.length], pairs.map((pair) => pair[at]), dtype];
    return [[side(0), side(1)], f];
  });
const bits = (f: Build) => wholes(['int32', 'int64'], [0, 1, -1, 6, -7, 2 ** 31 - 1, -(2 ** 31)], f);
const truths = (f: Build) => wholes(['bool'], [0, 1], f);

/** Every operator. */
export const specialUses: Readonly<Record<string, readonly Use[]>> = {
  ...Object.fromEntries(
    (
      [
        ...(['abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'ceil', 'cos', 'cosh', 'erf', 'exp'] as const),
        ...(['floor', 'log', 'neg', 'relu', 'round', 'sigmoid', 'sign', 'sin', 'sinh', 'softplus', 'sqrt'] as const),
        ...(['tan', 'tanh'] as const),
      ] as const
    ).map((name) => [name, line((x) => byName[name](x!))]),
  ),
  ...Object.fromEntries(
    (['add', 'atan2', 'div', 'fmod', 'maximum', 'minimum', 'mod', 'mul', 'pow', 'sub'] as const).map((name) => [
      name,
      pairs((a, b) => byName[name](a!, b!)),
    ]),
  ),
  ...Object.fromEntries(
    (['equal', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const).map((name) => [
      name,
      pairs((a, b) => byName[name](a!, b!)),
    ]),
  ),
  ...Object.fromEntries(
    (['logSumExp', 'norm', 'reduceMax', 'reduceMean', 'reduceMin', 'reduceSum'] as const).map((name) => [
      name,
      reduction(byName[name]),
    ]),
  ),
  argMax: folds((x, axis) => g.argMax(x, axis)),
  averagePool2d: images((x) => g.averagePool2d(x!, { kernel: 2, pads: 1 })),
  broadcastTo: line((x) => g.broadcastTo(x!, [2, ...x!.shape])),
  cast: [
    ...line((x) => g.cast(x!, x!.dtype === 'float32' ? 'float64' : 'float32')),
    ...line((x) => g.cast(x!, 'bool')),
  ],
  clamp: line((x) => g.clamp(x!, -1, 20)),
  concat: line((x) => g.concat([g.reshape(x!, [-1]), g.reshape(x!, [-1])])),
  constant: line((x) => g.where(g.equal(x!, x!), g.constant(LINE, [LINE.length, 1], x!.dtype), x!)),
  conv2d: images((x) => g.conv2d(x!, g.constant(new Array(x!.shape[1]! * 4).fill(1), [1, x!.shape[1]!, 2, 2]), {})),
  conv2dWeightGradient: images((x) => g.conv2dWeightGradient(x!, g.slice(x!, [], [], [1, 1, 2, 2]), 2, { strides: 2 })),
  convTranspose2d: images((x) =>
    g.convTranspose2d(x!, g.constant(new Array(x!.shape[1]! * 4).fill(1), [x!.shape[1]!, 1, 2, 2]), {}),
  ),
  cumSum: folds((x, axis) => g.cumSum(x, { axis })),
  gather: line((x) => g.gather(g.reshape(x!, [-1]), g.constant([0, 0], [2], 'int32'))),
  gemm: product((a, b) => g.gemm(a!, b!, g.constant([1, nan, inf], [3], a!.dtype))),
  // Plus 1: where Φ vanishes, 1 + erf has the digits that 1 has.
  gelu: [...line((x) => g.add(g.gelu(x!), 1)), ...line((x) => g.add(g.gelu(x!, { approximate: 'tanh' }), 1))],
  input: line((x) => x!),
  // Squares that overflow make every entry 0.
  layerNorm: ROWS.filter((row) => !row.includes(1e30)).map(
    (row): Use => [
      [[[8], row]],
      (x) =>
        g.layerNorm(
          x!,
          g.constant([1, 2, 0, -1, 1, 1, 1, 1], [8], x!.dtype),
          g.constant(FEW.slice(0, 8), [8], x!.dtype),
        ),
    ],
  ),
  logSoftmax: folds(g.logSoftmax),
  lowRankSum: product((a, b) => g.lowRankSum(g.constant(FACTORS, [3, 3], a!.dtype), a!, b!, 0.5)),
  matmul: product((a, b) => g.matmul(a!, b!)),
  maxPool2d: [
    ...images((x) => g.maxPool2d(x!, { kernel: 2 })),
    ...images((x) => g.maxPool2d(x!, { kernel: 3, strides: 1, pads: 1 })),
    ...images((x) => g.maxPool2d(x!, { kernel: 2, strides: 1, dilations: 2 })),
  ],
  repeatTiles: images((x) => g.repeatTiles(x!, [2, 3])),
  pad: line((x) => g.pad(g.reshape(x!, [-1]), [1], [1], nan)),
  pick: folds((x) =>
    g.pick(
      x,
      g.constant(
        Array.from({ length: g.sizeOf(x.shape.slice(0, -1)) }, (_, i) => (i * 3) % x.shape.at(-1)!),
        x.shape.slice(0, -1),
        'int32',
      ),
    ),
  ),
  reshape: line((x) => g.reshape(x!, [-1])),
  scatterAdd: folds((x, axis) => {
    const places = Array.from({ length: x.shape[axis]! }, (_, i) => (i * 3) % 2);
    return g.scatterAdd(x, g.constant(places, [places.length], 'int64'), 3, axis);
  }),
  gatherElements: folds((x, axis) => g.gatherElements(x, places(x, axis), axis)),
  scatterElements: folds((x, axis) => g.scatterElements(x, places(x, axis), x, { axis, reduction: 'add' })),
  topK: folds((x, axis) => g.topK(x, Math.min(3, x.shape[axis]!), { axis }).values),
  slice: line((x) => g.slice(g.reshape(x!, [-1]), [], [], [-1])),
  softmax: folds(g.softmax),
  stopGradient: line((x) => g.stopGradient(x!)),
  transpose: folds((x) => g.transpose(x)),
  where: line((x) => g.where(g.greater(x!, 1), x!, nan)),
  bernoulliMask: [[[[[2], [-5, 9], 'int32']], (key) => g.bernoulliMask(key!, [3, 67], 0.3, 4)]],
  ...{ bitwiseAnd: bits((a, b) => g.bitwiseAnd(a!, b!)), bitwiseOr: bits((a, b) => g.bitwiseOr(a!, b!)) },
  bitwiseXor: bits((a, b) => g.bitwiseXor(a!, b!)),
  ...{ logicalAnd: truths((a, b) => g.logicalAnd(a!, b!)), logicalOr: truths((a, b) => g.logicalOr(a!, b!)) },
  ...{ logicalXor: truths((a, b) => g.logicalXor(a!, b!)), logicalNot: truths((a) => g.logicalNot(a!)) },
  // Of a window with a NaN no position is that of the largest.
  maxPoolPositions: [
    [
      [
        [
          [1, 2, 2, 4],
          [1, 5, 5, 7, 2, 5, 0, 7, 1, 1, -inf, -inf, 1, 1, -inf, -inf],
        ],
      ],
      (x) => g.maxPoolPositions(x!, { kernel: 2 }),
    ],
  ],
  oneHot: wholes(['int32', 'int64'], [0, 1, 2, 3, -1], (a, b) => g.oneHot(g.add(a!, b!), 3)),
};

/** A graph of all uses of an operator, and what it is fed. */
export function specialGraph(
  uses: readonly Use[],
  dtype: DType,
): { readonly graph: g.AnyGraph; readonly values: Values } {
  const operands = uses.flatMap(([inputs], i) =>
    inputs.map(([shape, data, own = dtype], k) => [`x${i}_${k}`, { shape, data, own }] as const),
  );
  return {
    graph: trace(Object.fromEntries(operands.map(([name, { shape, own }]) => [name, spec(shape, own)])), (named) =>
      Object.fromEntries(uses.map(([inputs, f], i) => [`y${i}`, f(...inputs.map((_, k) => named[`x${i}_${k}`]!))])),
    ),
    values: Object.fromEntries(operands.map(([name, { shape, data, own }]) => [name, array(shape, own, data)])),
  };
}
