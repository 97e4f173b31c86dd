import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  abs,
  add,
  broadcastTo,
  constant,
  div,
  evaluate,
  input,
  matmul,
  maximum,
  mul,
  neg,
  pad,
  pow,
  reduceSum,
  reshape,
  simplify,
  sin,
  slice,
  stopGradient,
  sub,
  type Tensor,
  transpose,
  where,
} from './index.ts';
import { constantValue } from './operators/constant.ts';
import { topologicalOrder } from './topology.ts';

const x = input('x', [2, 3], 'float64');
const one = (tensor: Tensor) => simplify([tensor])[0]!;
const count = (...tensors: Tensor[]) => topologicalOrder(simplify(tensors)).length;
const number = (value: number) => constant(value, [], 'float64');

describe('simplify', () => {
  test('computes equal subexpressions once, also across roots', () => {
    expect(count(sub(sin(x), sin(x)))).toBe(3);
    const [a, b] = simplify([mul(sin(x), 2), mul(sin(x), 2)]);
    expect(a).toBe(b);
  });

  test('keeps expressions apart that differ in an attribute only', () => {
    const [a, b] = simplify([reduceSum(x, { axes: [0] }), reduceSum(x, { axes: [1] })]);
    expect(a).not.toBe(b);
    const fills = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0];
    const padded = simplify(fills.map((value) => pad(x, [1, 0], [0, 0], value)));
    expect(new Set(padded).size).toBe(fills.length);
  });

  test('keeps constants apart that differ in element type, shape or the sign of zero', () => {
    const constants = [
      number(0),
      number(-0),
      constant(0, [1], 'float64'),
      constant(0, [], 'float32'),
      number(Number.NaN),
    ];
    expect(new Set(simplify(constants)).size).toBe(constants.length);
  });

  test('computes expressions of constants', () => {
    const folded = one(add(mul(number(3), number(4)), number(0.5)));
    expect(constantValue(folded)?.data).toEqual(Float64Array.of(12.5));
  });

  test('does not store large constants that an expression describes', () => {
    const large = broadcastTo(number(1), [100, 100]);
    expect(constantValue(one(large))).toBeUndefined();
    expect(one(mul(large, input('y', [100, 100], 'float64'))).operator.name).toBe('input');
  });

  const identities: [string, Tensor][] = [
    ['x + 0', add(x, 0)],
    ['0 + x', add(0, x)],
    ['x − 0', sub(x, 0)],
    ['x · 1', mul(x, 1)],
    ['1 · x', mul(1, x)],
    ['x ÷ 1', div(x, 1)],
    ['x¹', pow(x, 1)],
    ['−(−x)', neg(neg(x))],
    ['−1 · (x · −1)', mul(-1, mul(x, -1))],
    ['(xᵀ)ᵀ', transpose(transpose(x))],
    ['a reshape there and back', reshape(reshape(x, [6]), [2, 3])],
    ['a slice of everything', slice(x, [0, 0])],
    ['a pad of nothing', pad(x, [0, 0], [0, 0])],
    ['stopGradient', stopGradient(x)],
    ['a sum over no axis', reduceSum(x, { axes: [] })],
    ['where true', where(constant(1, [], 'bool'), x, 7)],
  ];
  test.each(identities)('turns %s into x', (_, tensor) => {
    expect(one(tensor)).toBe(x);
  });

  test('turns x + x and (x · c) · 2ⁿ into one product', () => {
    expect(one(add(x, x))).toMatchObject({ operator: { name: 'mul' }, inputs: [x, {}] });
    expect(count(mul(4, mul(x, 0.3)))).toBe(3);
    expect(count(mul(mul(x, 0.3), 3))).toBe(5);
  });

  test('sums a square over everything in one pass', () => {
    const names = (tensor: Tensor) => topologicalOrder([one(tensor)]).map(({ operator }) => operator.name);
    expect(names(reduceSum(mul(x, x)))).toEqual(['input', 'reduceSumSquare']);
    expect(names(reduceSum(mul(x, x), { axes: [0] }))).toEqual(['input', 'mul', 'reduceSum']);
  });

  test('keeps 0 · x, which is NaN where x is', () => {
    const product = one(mul(x, 0));
    const [value] = evaluate([product], new Map([[x, { ...NAN_MATRIX }]]));
    expect(value!.data).toEqual(new Float64Array(6).fill(Number.NaN));
  });

  test('folds transpositions into the matrix product', () => {
    const product = one(matmul(transpose(x), x));
    expect(product).toMatchObject({ inputs: [x, x], attributes: { transposeA: true, transposeB: false } });
  });

  test('expands no operand of an operator that broadcasts', () => {
    const row = input('row', [3], 'float64');
    expect(one(add(x, broadcastTo(row, [2, 3]))).inputs).toEqual([x, row]);
    expect(one(add(broadcastTo(row, [2, 3]), broadcastTo(row, [2, 3]))).shape).toEqual([2, 3]);
  });

  test('leaves inputs of equal names apart', () => {
    const other = input('x', [2, 3], 'float64');
    expect(one(add(x, other)).inputs).toEqual([x, other]);
  });

  test('takes graphs of 20,000 operators in a row', () => {
    let deep: Tensor = x;
    for (let i = 0; i < 20_000; i++) deep = sin(deep);
    expect(count(deep)).toBe(20_001);
  });

  test('never changes a value, and a second time changes nothing', () => {
    fc.assert(
      fc.property(
        expressions,
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (root, entries) => {
          const values = new Map([[x, { shape: x.shape, dtype: x.dtype, data: Float64Array.from(entries) }]]);
          const [simple] = simplify([root]);
          const [expected, actual] = evaluate([root, simple!], values);
          expect(actual!.shape).toEqual(expected!.shape);
          expected!.data.forEach((value, i) => {
            if (Number.isNaN(value)) expect(actual!.data[i]).toBeNaN();
            else expect(actual!.data[i]! - value || 0).toBe(0);
          });
          expect(topologicalOrder(simplify([simple!])).length).toBe(topologicalOrder([simple!]).length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const NAN_MATRIX = { shape: [2, 3], dtype: 'float64', data: new Float64Array(6).fill(Number.NaN) } as const;

/** Expressions of x and of constants that identities and folding apply to, all of shape [2, 3]. */
const { expressions } = fc.letrec<{ expressions: Tensor }>((tie) => {
  const again = tie('expressions');
  const fill = fc.constantFrom(-1, 0, 1, 2).map((value) => broadcastTo(number(value), [2, 3]));
  const binaries = fc
    .constantFrom(add, sub, mul, maximum)
    .chain((f) => fc.tuple(again, again).map(([a, b]) => f(a, b)));
  const unaries = fc
    .constantFrom<(t: Tensor) => Tensor>(
      neg,
      abs,
      stopGradient,
      (t) => pow(t, 2),
      (t) => div(t, 1),
      (t) => transpose(transpose(t)),
      (t) => reshape(reshape(t, [3, 2]), [2, 3]),
      (t) => slice(t, [0, undefined], [], [1, -1]),
      (t) => pad(slice(t, [0, 1]), [0, 1], [0, 0]),
      (t) => broadcastTo(reduceSum(t, { axes: [0], keepDims: true }), [2, 3]),
      (t) => matmul(matmul(t, transpose(t)), t),
    )
    .chain((f) => again.map(f));
  return {
    expressions: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant(x), fill, unaries, binaries),
  };
});
