import fc from 'fast-check';
import type { DType } from '../src/dtype.ts';
import type { NdArray, Shape, Tensor } from '../src/index.ts';
import * as g from '../src/index.ts';
import { array, uniform } from './values.ts';

/**
 * Where the entries of all inputs come from: uniform in ±2; uniform in (0.5, 2); or multiples of 0.1 off zero, all
 * different, for operators with a kink where entries tie or at zero.
 */
type Domain = 'real' | 'positive' | 'distinct';

/** One use of an operator on operands of random shapes. */
export interface OperatorCase {
  readonly shapes: readonly Shape[];
  readonly domain: Domain;
  readonly apply: (xs: readonly Tensor[]) => Tensor;
  /** What was drawn besides the shapes, to read in a counterexample. */
  readonly note?: string;
}

const size = fc.integer({ min: 1, max: 3 });
const shape = (minimum = 0, maximum = 3) => fc.array(size, { minLength: minimum, maxLength: maximum });

/** Shapes that broadcast together: some axes of a full shape become 1, some leading ones are dropped. */
const broadcastable = (count: number): fc.Arbitrary<Shape[]> =>
  shape(0, 3).chain((full) =>
    fc.array(
      fc
        .tuple(fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }), fc.nat({ max: full.length }))
        .map(([ones, drop]) => full.map((d, i) => (ones[i] ? 1 : d)).slice(drop)),
      { minLength: count, maxLength: count },
    ),
  );

const one = (domain: Domain, f: (x: Tensor) => Tensor): fc.Arbitrary<OperatorCase> =>
  shape().map((s) => ({ shapes: [s], domain, apply: ([x]) => f(x!) }));

const two = (domain: Domain, f: (a: Tensor, b: Tensor) => Tensor): fc.Arbitrary<OperatorCase> =>
  broadcastable(2).map((shapes) => ({ shapes, domain, apply: ([a, b]) => f(a!, b!) }));

/** Of numbers in (−0.96, 0.96). */
const unit = (f: (x: Tensor) => Tensor): fc.Arbitrary<OperatorCase> => one('real', (x) => f(g.mul(x, 0.48)));

/** Of positive and negative numbers by 0.7 and −0.7, none of them near a whole quotient. */
const remainder = (f: (a: Tensor, b: Tensor) => Tensor) =>
  fc.tuple(shape(), fc.constantFrom(-1, 1), fc.integer({ min: -3, max: 3 })).map(
    ([s, sign, whole]): OperatorCase => ({
      shapes: [s, s],
      domain: 'positive',
      note: JSON.stringify({ sign, whole }),
      // The quotient lies between whole + 0.2 and whole + 0.8.
      apply: ([a, b]) => f(g.mul(g.mul(g.add(g.mul(a!, 0.4), whole), b!), sign), g.mul(b!, sign)),
    }),
  );

const withShape = (
  shapes: fc.Arbitrary<Shape>,
  domain: Domain,
  choose: (s: Shape) => fc.Arbitrary<{ note: string; f: (x: Tensor) => Tensor }>,
): fc.Arbitrary<OperatorCase> =>
  shapes.chain((s) =>
    choose(s).map(({ f, note }) => ({ shapes: [s], domain, note, apply: ([x]: readonly Tensor[]) => f(x!) })),
  );

const axisOf = (s: Shape) => fc.integer({ min: -s.length, max: s.length - 1 });

const alongAxis = (f: (x: Tensor, axis: number) => Tensor) =>
  withShape(shape(1, 3), 'real', (s) => axisOf(s).map((axis) => ({ note: `axis ${axis}`, f: (x) => f(x, axis) })));

const cumSum = withShape(shape(1, 3), 'real', (s) =>
  fc.tuple(axisOf(s), fc.boolean()).map(([axis, reverse]) => ({
    note: `axis ${axis}, reverse ${reverse}`,
    f: (x) => g.cumSum(x, { axis, reverse }),
  })),
);

const reduction = (domain: Domain, f: typeof g.reduceSum) =>
  withShape(shape(0, 3), domain, (s) =>
    fc.tuple(fc.subarray([...s.keys()]), fc.boolean()).map(([axes, keepDims]) => ({
      note: `axes ${axes}, keepDims ${keepDims}`,
      f: (x) => f(x, { axes, keepDims }),
    })),
  );

const whole = (f: typeof g.reduceSum, domain: Domain) => one(domain, (x) => f(x));

const matrices = (f: (a: Tensor, b: Tensor, flags: { transposeA: boolean; transposeB: boolean }) => Tensor) =>
  fc
    .record({ batch: broadcastable(2), n: size, k: size, m: size, transposeA: fc.boolean(), transposeB: fc.boolean() })
    .map(
      ({ batch: [p, q], n, k, m, ...flags }): OperatorCase => ({
        shapes: [
          [...p!, ...(flags.transposeA ? [k, n] : [n, k])],
          [...q!, ...(flags.transposeB ? [m, k] : [k, m])],
        ],
        domain: 'real',
        note: JSON.stringify(flags),
        apply: ([a, b]) => f(a!, b!, flags),
      }),
    );

const gemm = fc
  .record({ n: size, k: size, m: size, transposeA: fc.boolean(), transposeB: fc.boolean(), addend: fc.nat({ max: 4 }) })
  .map(
    ({ n, k, m, addend, ...flags }): OperatorCase => ({
      shapes: [
        flags.transposeA ? [k, n] : [n, k],
        flags.transposeB ? [m, k] : [k, m],
        [[], [m], [1, m], [n, 1], [n, m]][addend]!,
      ],
      domain: 'real',
      note: JSON.stringify(flags),
      apply: ([a, b, c]) => g.gemm(a!, b!, c!, flags),
    }),
  );

const end = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });

const slice = withShape(
  shape(1, 3).map((s) => s.map((d) => d + 1)),
  'real',
  (s) => {
    const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: s.length, maxLength: s.length });
    const step = fc.constantFrom(-3, -2, -1, 1, 2, 3);
    return fc
      .tuple(each(end), each(end), each(step))
      .filter(([starts, ends, steps]) => {
        const x = g.input('x', s, 'float32');
        return g.sizeOf(g.slice(x, starts, ends, steps).shape) > 0;
      })
      .map(([starts, ends, steps]) => ({
        note: JSON.stringify({ starts, ends, steps }),
        f: (x) => g.slice(x, starts, ends, steps),
      }));
  },
);

const pad = withShape(shape(0, 3), 'real', (s) => {
  const widths = fc.array(fc.nat({ max: 2 }), { minLength: s.length, maxLength: s.length });
  return fc.tuple(widths, widths).map(([before, after]) => ({
    note: JSON.stringify({ before, after }),
    f: (x) => g.pad(x, before, after, 0.5),
  }));
});

/** Indices of any rank into an axis, with repetitions. */
const indexed = (s: Shape) =>
  fc
    .tuple(fc.nat({ max: s.length - 1 }), shape(0, 2))
    .chain(([axis, indexShape]) =>
      fc
        .array(fc.nat({ max: s[axis]! - 1 }), { minLength: g.sizeOf(indexShape), maxLength: g.sizeOf(indexShape) })
        .map((indices) => ({ axis, indexShape, indices })),
    );

const gather = withShape(shape(1, 3), 'real', (s) =>
  indexed(s).map(({ axis, indexShape, indices }) => ({
    note: JSON.stringify({ axis, indexShape, indices }),
    f: (x) => g.gather(x, g.constant(indices, indexShape, 'int32'), axis),
  })),
);

const pick = withShape(shape(1, 3), 'real', (s) => {
  const rows = s.slice(0, -1);
  const count = g.sizeOf(rows);
  return fc.array(fc.nat({ max: s.at(-1)! - 1 }), { minLength: count, maxLength: count }).map((indices) => ({
    note: JSON.stringify(indices),
    f: (x) => g.pick(x, g.constant(indices, rows, 'int32')),
  }));
});

const scatterAdd = shape(1, 3).chain((s) =>
  indexed(s).map(
    ({ axis, indexShape, indices }): OperatorCase => ({
      shapes: [[...s.slice(0, axis), ...indexShape, ...s.slice(axis + 1)]],
      domain: 'real',
      note: JSON.stringify({ axis, indexShape, indices }),
      apply: ([x]) => g.scatterAdd(x!, g.constant(indices, indexShape, 'int64'), s[axis]!, axis),
    }),
  ),
);

/** Indices with as many axes as a shape, no larger along those other than one, with repetitions. */
const elements = (s: Shape) =>
  fc
    .nat({ max: s.length - 1 })
    .chain((axis) =>
      fc
        .tuple(...s.map((d, i) => (i === axis ? size : fc.integer({ min: 1, max: d }))))
        .chain((indexShape) =>
          fc
            .array(fc.nat({ max: s[axis]! - 1 }), { minLength: g.sizeOf(indexShape), maxLength: g.sizeOf(indexShape) })
            .map((indices) => ({ axis, indexShape, indices })),
        ),
    );

const gatherElements = withShape(shape(1, 3), 'real', (s) =>
  elements(s).map(({ axis, indexShape, indices }) => ({
    note: JSON.stringify({ axis, indexShape, indices }),
    f: (x) => g.gatherElements(x, g.constant(indices, indexShape, 'int32'), axis),
  })),
);

const scatterElements = shape(1, 3).chain((s) =>
  fc.tuple(elements(s), fc.constantFrom('none', 'add', 'mul', 'max', 'min')).map(
    ([{ axis, indexShape, indices }, reduction]): OperatorCase => ({
      shapes: [s, indexShape],
      domain: 'distinct',
      note: JSON.stringify({ axis, indexShape, indices, reduction }),
      apply: ([x, u]) => g.scatterElements(x!, g.constant(indices, indexShape, 'int64'), u!, { axis, reduction }),
    }),
  ),
);

const topK = withShape(shape(1, 3), 'distinct', (s) =>
  axisOf(s).chain((axis) =>
    fc.tuple(fc.integer({ min: 1, max: s.at(axis)! }), fc.boolean()).map(([k, largest]) => ({
      note: JSON.stringify({ k, axis, largest }),
      f: (x) => g.topK(x, k, { axis, largest }).values,
    })),
  ),
);

const concat = shape(1, 3).chain((s) =>
  fc.tuple(fc.nat({ max: s.length - 1 }), fc.array(size, { minLength: 1, maxLength: 3 })).map(
    ([axis, widths]): OperatorCase => ({
      shapes: widths.map((width) => s.with(axis, width)),
      domain: 'real',
      note: `axis ${axis}`,
      apply: (xs) => g.concat(xs, axis),
    }),
  ),
);

const reshape = withShape(shape(0, 3), 'real', (s) =>
  fc
    .constantFrom<Shape>([g.sizeOf(s)], [1, g.sizeOf(s)], s.toReversed(), [...s, 1], [-1, 1])
    .map((to) => ({ note: `to ${to}`, f: (x) => g.reshape(x, to) })),
);

const transpose = withShape(shape(0, 3), 'real', (s) =>
  fc.shuffledSubarray([...s.keys()], { minLength: s.length }).map((permutation) => ({
    note: `permutation ${permutation}`,
    f: (x) => g.transpose(x, permutation),
  })),
);

const broadcastTo = broadcastable(1).chain(([s]) =>
  shape(0, 2).map((more): OperatorCase => {
    const to = [...more, ...s!.map((d) => (d === 1 ? 2 : d))];
    return { shapes: [s!], domain: 'real', note: `to ${to}`, apply: ([x]) => g.broadcastTo(x!, to) };
  }),
);

const where = broadcastable(3).map(
  (shapes): OperatorCase => ({
    shapes,
    domain: 'distinct',
    apply: ([a, b, c]) => g.where(g.greater(a!, 0), b!, c!),
  }),
);

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const sides = (max: number) => fc.tuple(fc.nat({ max }), fc.nat({ max }), fc.nat({ max }), fc.nat({ max }));

const convolutionSettings = fc
  .record({
    ...{ images: size, groups: fc.integer({ min: 1, max: 2 }), depth: size, each: size },
    ...{ kernel: pair(1, 3), room: pair(0, 4), strides: pair(1, 3), dilations: pair(1, 2), pads: sides(2) },
  })
  .map(({ images, groups, depth, each, kernel, room, strides, dilations, pads }) => {
    // A window fits with `room` to spare, unless that leaves no image at all.
    const height = Math.max(1, dilations[0] * (kernel[0] - 1) + 1 + room[0] - pads[0] - pads[2]);
    const width = Math.max(1, dilations[1] * (kernel[1] - 1) + 1 + room[1] - pads[1] - pads[3]);
    const options = { strides, dilations, pads, groups };
    const x: Shape = [images, depth * groups, height, width];
    const w: Shape = [each * groups, depth, ...kernel];
    const y = g.conv2d(g.input('x', x, 'float32'), g.input('w', w, 'float32'), options).shape;
    return { x, w, y, kernel, options };
  });

const conv2d = convolutionSettings.map(
  ({ x, w, options }): OperatorCase => ({
    shapes: [x, w],
    domain: 'real',
    note: JSON.stringify(options),
    apply: ([a, b]) => g.conv2d(a!, b!, options),
  }),
);

const conv2dWeightGradient = convolutionSettings.map(
  ({ x, y, kernel, options }): OperatorCase => ({
    shapes: [x, y],
    domain: 'real',
    note: JSON.stringify({ kernel, ...options }),
    apply: ([a, b]) => g.conv2dWeightGradient(a!, b!, kernel, options),
  }),
);

const convTranspose2d = convolutionSettings
  .chain(({ x, w, y, options }) =>
    fc.constantFrom(...new Set([0, options.strides[0] - 1])).map((extra): OperatorCase => {
      // As large as the image whose convolution the operand could be, and up to a stride larger.
      const outputPads: [number, number] = [extra, 0];
      return {
        shapes: [y, w],
        domain: 'real',
        note: JSON.stringify({ x, outputPads, ...options }),
        apply: ([a, b]) => g.convTranspose2d(a!, b!, { ...options, outputPads }),
      };
    }),
  )
  .filter(({ shapes: [y, w], apply }) => {
    try {
      apply([g.input('y', y!, 'float32'), g.input('w', w!, 'float32')]);
      return true;
    } catch {
      return false;
    }
  });

const pooling = (domain: Domain, f: (x: Tensor, options: g.PoolOptions) => Tensor, dilated: number) =>
  fc
    .record({
      ...{ images: size, channels: size, kernel: pair(1, 3), room: pair(0, 4), strides: pair(1, 3) },
      ...{ dilations: pair(1, dilated), pads: sides(2), tiled: fc.boolean() },
    })
    .map(({ images, channels, kernel, room, tiled, ...window }): OperatorCase => {
      const pads = window.pads.map((n, side) => Math.min(n, kernel[side % 2]! - 1)) as typeof window.pads;
      const extent = kernel.map((n, axis) =>
        tiled ? n * (1 + (room[axis]! % 3)) : window.dilations[axis]! * (n - 1) + 1 + room[axis]!,
      );
      const options = tiled ? { kernel } : { ...window, kernel, pads };
      return {
        shapes: [[images, channels, ...extent]],
        domain,
        note: JSON.stringify(options),
        apply: ([x]) => f(x!, options),
      };
    });

const averagePool2d = fc.boolean().chain((countPads) =>
  pooling(
    'real',
    (x, options) => {
      const { dilations: _, ...rest } = options;
      return g.averagePool2d(x, { ...rest, countPads });
    },
    1,
  ),
);

/** The sum itself, or a product by it, whose gradient is one of factors; or both, whose gradient is a sum. */
const lowRankSum = fc
  .tuple(size, size, size, size, fc.constantFrom('alone', 'left', 'right', 'twice'))
  .map(([n, m, rank, rows, use]): OperatorCase => {
    const shapes = [[n, m], [n, rank], [rank, m], use === 'left' ? [m, rows] : [rows, n]];
    return {
      shapes,
      domain: 'real',
      note: use,
      apply: ([w, a, b, x]) => {
        const sum = g.lowRankSum(w!, a!, b!, 0.5);
        if (use === 'left') return g.matmul(sum, x!);
        if (use === 'right') return g.matmul(x!, sum);
        if (use === 'twice') return g.matmul(g.matmul(x!, sum), sum, { transposeB: true });
        return g.add(sum, g.reduceSum(x!));
      },
    };
  });

const layerNorm = shape(1, 3).chain((s) =>
  fc.tuple(axisOf(s), fc.boolean(), fc.constantFrom(0.1, 1)).map(([axis, biased, epsilon]): OperatorCase => {
    const features = s.slice(axis);
    return {
      shapes: biased ? [s, features, features] : [s, features],
      domain: 'real',
      note: JSON.stringify({ axis, epsilon }),
      apply: ([x, scale, bias]) => g.layerNorm(x!, scale!, bias, { axis, epsilon }),
    };
  }),
);

const repeatTiles = fc.tuple(fc.array(size, { minLength: 4, maxLength: 4 }), size, size).map(
  ([images, rows, columns]): OperatorCase => ({
    shapes: [images],
    domain: 'real',
    note: JSON.stringify({ rows, columns }),
    apply: ([x]) => g.repeatTiles(x!, [rows, columns]),
  }),
);

/** Every differentiable operator with arbitrary uses of it. */
export const operatorCases: Readonly<Record<string, fc.Arbitrary<OperatorCase>>> = {
  abs: one('distinct', g.abs),
  add: two('real', g.add),
  atan2: two('distinct', g.atan2),
  averagePool2d,
  broadcastTo,
  clamp: one('distinct', (x) => g.clamp(x, -0.3, 0.4)),
  concat,
  conv2d,
  conv2dWeightGradient,
  convTranspose2d,
  cos: one('real', g.cos),
  cumSum,
  div: two('positive', g.div),
  erf: one('real', g.erf),
  exp: one('real', g.exp),
  gather,
  gatherElements,
  pick,
  gelu: fc.oneof(
    one('real', (x) => g.gelu(x)),
    one('real', (x) => g.gelu(x, { approximate: 'tanh' })),
  ),
  gemm,
  layerNorm,
  lowRankSum,
  log: one('positive', g.log),
  logSoftmax: alongAxis(g.logSoftmax),
  logSumExp: fc.oneof(reduction('real', g.logSumExp), whole(g.logSumExp, 'real')),
  matmul: matrices(g.matmul),
  maxPool2d: pooling('distinct', g.maxPool2d, 2),
  maximum: two('distinct', g.maximum),
  minimum: two('distinct', g.minimum),
  mul: two('real', g.mul),
  neg: one('real', g.neg),
  norm: fc.oneof(reduction('distinct', g.norm), whole(g.norm, 'distinct')),
  pad,
  pow: two('positive', g.pow),
  reduceMax: fc.oneof(reduction('distinct', g.reduceMax), whole(g.reduceMax, 'distinct')),
  reduceMean: fc.oneof(reduction('real', g.reduceMean), whole(g.reduceMean, 'real')),
  reduceMin: fc.oneof(reduction('distinct', g.reduceMin), whole(g.reduceMin, 'distinct')),
  reduceSum: fc.oneof(reduction('real', g.reduceSum), whole(g.reduceSum, 'real')),
  repeatTiles,
  relu: one('distinct', g.relu),
  reshape,
  scatterAdd,
  scatterElements,
  sigmoid: one('real', g.sigmoid),
  sin: one('real', g.sin),
  slice,
  softmax: alongAxis(g.softmax),
  softplus: one('real', g.softplus),
  sqrt: one('positive', g.sqrt),
  sub: two('real', g.sub),
  tanh: one('real', g.tanh),
  transpose,
  ...{ tan: unit(g.tan), asin: unit(g.asin), acos: unit(g.acos), atan: one('real', g.atan), atanh: unit(g.atanh) },
  ...{ sinh: one('real', g.sinh), cosh: one('real', g.cosh), asinh: one('real', g.asinh) },
  acosh: one('positive', (x) => g.acosh(g.add(x, 1))),
  ...{ fmod: remainder(g.fmod), mod: remainder(g.mod) },
  topK,
  where,
};

/** Entries for the operands of a case, from its domain. */
export function drawOperands({ shapes, domain }: OperatorCase, seed: number, dtype: DType): NdArray[] {
  const counts = shapes.map(g.sizeOf);
  const total = counts.reduce((a, b) => a + b, 0);
  const entries = domain === 'distinct' ? distinct(seed, total) : uniform(seed, total, domain === 'real' ? -2 : 0.5, 2);
  let start = 0;
  return shapes.map((s, i) => {
    const part = entries.subarray(start, start + counts[i]!);
    start += counts[i]!;
    return array(s, dtype, part);
  });
}

/** Odd multiples of 0.05 around zero, each once, in random order. */
function distinct(seed: number, count: number): Float64Array {
  const keys = uniform(seed, count);
  const ranks = Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!);
  return Float64Array.from(ranks, (rank) => (rank - Math.floor(count / 2) + 0.5) / 10);
}
