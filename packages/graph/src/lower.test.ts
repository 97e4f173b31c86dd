import { describe, expect, test } from 'vitest';
import { array, evaluateGraph, expectClose, runGraph, uniform } from '../test/support.ts';
import { nodeRuntime } from './backends/node.ts';
import {
  type AnyGraph,
  add,
  type DType,
  gemm,
  input,
  matmul,
  mul,
  reduceMean,
  reduceSum,
  simplify,
  sin,
  sub,
  type Tensor,
} from './index.ts';
import { lower } from './lower.ts';
import { topologicalOrder } from './topology.ts';

const runtime = nodeRuntime({ threads: 1 });
const [n, k, m] = [4, 3, 5];

const inputsOf = (dtype: DType) => ({
  a: input('a', [n, k], dtype),
  b: input('b', [k, m], dtype),
  c: input('c', [n, m], dtype),
});
const { a, b, c } = inputsOf('float32');

/** Operators that are left, reshapes of which cost nothing at a graph's ends. */
const namesOf = (...tensors: Tensor[]): string[] =>
  topologicalOrder(lower(simplify(tensors)))
    .map(({ operator }) => operator.name)
    .filter((name) => !['input', 'constant', 'reshape'].includes(name));

async function expectSame(inputs: Record<string, Tensor>, y: Tensor, tolerance = 2e-6): Promise<void> {
  const graph: AnyGraph = { inputs, outputs: { y } };
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }], i) => [
      name,
      array(
        shape,
        dtype,
        uniform(
          i + 1,
          shape.reduce((x, d) => x * d, 1),
        ),
      ),
    ]),
  );
  const actual = await runGraph(graph, values, runtime);
  expectClose(actual.y!, evaluateGraph(graph, values).y!, tolerance);
}

const product = matmul(a, b);

describe('one product takes in', () => {
  const cases: [string, Tensor][] = [
    ['the sum of columns', reduceSum(c, { axes: [0] })],
    ['the sum of columns that keeps its axis', reduceSum(c, { axes: [0], keepDims: true })],
    ['a mean over everything', reduceMean(c)],
    ['a sum over a scaled matrix', reduceSum(mul(c, 0.3), { axes: [0] })],
    ['a number times a product', mul(product, 0.3)],
    ['products of multiples', matmul(mul(a, 0.3), mul(b, -2))],
    ['a multiple of a product and a matrix', mul(add(product, mul(c, 0.5)), 0.25)],
    ['a mean and a multiple of another value', add(reduceMean(c), mul(reduceSum(input('d', [], 'float32')), 0.5))],
    ['a multiple, in a product with an addend', gemm(mul(a, 3), b, c)],
  ];
  test.each(cases)('%s', async (_, y) => {
    expect(namesOf(y)).toEqual(['gemm']);
    const leaves = topologicalOrder([y]).filter(({ operator }) => operator.name === 'input');
    await expectSame(Object.fromEntries(leaves.map((leaf) => [String(leaf.attributes.path), leaf])), y);
  });
});

test('a multiple that two products and a sum read is left to them', async () => {
  const half = mul(c, 0.5);
  const roots = [matmul(half, c, { transposeB: true }), matmul(c, half, { transposeA: true }), reduceSum(half)];
  expect(namesOf(...roots)).toEqual(['gemm', 'gemm', 'gemm']);
  for (const root of roots) await expectSame({ c }, root);
});

test('a multiple that something else reads as well is computed', () => {
  const half = mul(c, 0.5);
  expect(namesOf(matmul(half, c, { transposeB: true }), sin(half))).toEqual(['mul', 'gemm', 'sin']);
  expect(namesOf(matmul(half, c, { transposeB: true }), half)).toEqual(['mul', 'gemm']);
  expect(namesOf(gemm(a, b, mul(c, 0.5)))).toEqual(['mul', 'gemm']);
});

test('a product that something else reads as well is computed once', () => {
  expect(namesOf(mul(product, 0.5), sin(product))).toEqual(['gemm', 'mul', 'sin']);
});

test('numbers that float32 has not, 0 and infinity stay factors', async () => {
  const exact = inputsOf('float64');
  const double = matmul(exact.a, exact.b);
  expect(namesOf(mul(double, 0.1))).toEqual(['gemm', 'mul']);
  await expectSame({ a: exact.a, b: exact.b }, mul(double, 0.1), 1e-15);
  expect(namesOf(mul(double, 0.5))).toEqual(['gemm']);
  await expectSame({ a: exact.a, b: exact.b }, mul(double, 0.5), 1e-15);
  for (const factor of [0, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(namesOf(mul(product, factor))).toEqual(['gemm', 'mul']);
    expect(namesOf(matmul(mul(a, factor), b))).toContain('mul');
  }
  expect(namesOf(mul(mul(product, 1e-30), 1e-30))).toEqual(['gemm', 'mul']);
});

test('long sums, sums over other axes and sums of integers stay sums', () => {
  const long = input('long', [1000, 8], 'float32');
  expect(namesOf(reduceSum(long, { axes: [0] }))).toEqual(['reduceSum']);
  expect(namesOf(reduceSum(long))).toEqual(['reduceSum']);
  expect(namesOf(reduceSum(c, { axes: [1] }))).toEqual(['reduceSum']);
  expect(namesOf(reduceSum(input('i', [3, 2], 'int32'), { axes: [0] }))).toEqual(['reduceSum']);
  expect(namesOf(reduceSum(input('e', [0, 2], 'float32')))).toEqual(['reduceSum']);
});

test('sums of more squares than rows of 512 have place for are left as they are', () => {
  for (const shape of [[1000, 1000], [1021]]) {
    const x = input('x', shape, 'float32');
    expect(namesOf(reduceSum(mul(x, x)))).toEqual(['reduceSumSquare']);
  }
});

test('sums of squares are exact where there are many', async () => {
  const w = input('w', [784, 128], 'float32');
  const y = reduceSum(mul(w, w));
  expect(namesOf(y)).toEqual(['mul', 'reduceSum', 'gemm']);
  const thirds = { w: array([784, 128], 'float32', new Float64Array(784 * 128).fill(1 / 3)) };
  const graph: AnyGraph = { inputs: { w }, outputs: { y } };
  const [actual, expected] = [(await runGraph(graph, thirds, runtime)).y![0]!, 784 * 128 * Math.fround(1 / 3) ** 2];
  expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-6);
});

test.each([
  [[512, 3], [0]],
  [[1, 256], undefined],
  [[256, 1], undefined],
  [[16, 16], undefined],
] as const)('sums of %j over axes %j as products are as exact as in parts', async (shape, axes) => {
  const x = input('x', shape, 'float32');
  const y = reduceSum(x, axes && { axes });
  expect(namesOf(y)).toEqual(['gemm']);
  const size = shape[0] * shape[1];
  const thirds = { x: array(shape, 'float32', new Float64Array(size).fill(1 / 3)) };
  const [actual] = (await runGraph({ inputs: { x }, outputs: { y } }, thirds, runtime)).y!;
  const expected = (axes ? shape[0] : size) * Math.fround(1 / 3);
  expect(Math.abs(actual! / expected - 1)).toBeLessThan(1e-6);
});

test('NaN and infinities pass sums that are products, and touch no other column', async () => {
  const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
  const x = input('x', [3, 5], 'float32');
  const y = reduceSum(mul(x, 0.5), { axes: [0] });
  const values = { x: array([3, 5], 'float32', [1, nan, inf, -inf, inf, 2, 2, 2, 2, -inf, 3, 3, 3, 3, 3]) };
  const graph: AnyGraph = { inputs: { x }, outputs: { y } };
  expect((await runGraph(graph, values, runtime)).y!).toEqual(Float64Array.of(3, nan, inf, -inf, nan));
});

test('a sum of the same product twice is its double', async () => {
  await expectSame({ a, b }, sub(add(product, product), mul(product, 0.5)));
});
