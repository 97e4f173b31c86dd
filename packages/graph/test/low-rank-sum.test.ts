import { expect, test } from 'vitest';
import {
  add,
  f32,
  gemm,
  lowRankSum,
  matmul,
  reduceSum,
  ShapeError,
  simplify,
  type Tensor,
  trace,
  valueAndGrad,
} from '../src/index.ts';

const [ROWS, N, M, RANK] = [64, 32, 48, 2];
const specs = { x: f32(ROWS, N), w: f32(N, M), bias: f32(M), change: { a: f32(N, RANK), b: f32(RANK, M) } };

/** How many products of the weight's size the gradients of a and b take, given what is done with the weight. */
function largeProducts(use: (x: Tensor, w: Tensor, bias: Tensor) => Tensor): number {
  const { outputs } = trace(specs, ({ x, w, bias, change }) => {
    const f = ({ a, b }: typeof change) => {
      const y = use(x, lowRankSum(w, a, b, 2), bias);
      return reduceSum(matmul(y, y, { transposeB: true }));
    };
    return valueAndGrad(f)(change);
  });
  const seen = new Set(simplify([outputs.grad.a, outputs.grad.b]));
  for (const tensor of seen) for (const each of tensor.inputs) seen.add(each);
  return [...seen].filter(({ operator: { name }, shape: [n, m] }) => name === 'matmul' && n === N && m === M).length;
}

test.each<[string, (x: Tensor, w: Tensor, bias: Tensor) => Tensor]>([
  ['a product', (x, w) => matmul(x, w)],
  ['a product with a bias', (x, w, bias) => gemm(x, w, bias)],
  ['two products', (x, w) => add(matmul(x, w), matmul(matmul(matmul(x, w), w, { transposeB: true }), w))],
])('the gradient of the sum itself is not made where it is %s', (_, use) => {
  expect(largeProducts(use)).toBe(0);
});

test('shapes that do not belong together are refused', () => {
  const sum = (...shapes: number[][]) =>
    trace(Object.fromEntries(shapes.map((shape, i) => [i, f32(...shape)])), (t: Record<string, Tensor>) => ({
      y: lowRankSum(t[0]!, t[1]!, t[2]!),
    }));
  expect(() => sum([2, 3], [2, 1], [1, 4])).toThrow(ShapeError);
  expect(() => sum([2, 3], [2, 1], [2, 3])).toThrow(
    'lowRankSum: takes [n, m], [n, rank] and [rank, m], not [2, 3], [2, 1], [2, 3]',
  );
});
