import { describe, expect, test } from 'vitest';
import { array, evaluateGraph, expectClose, runGraph, uniform } from '../test/support.ts';
import { nodeRuntime } from './backends/node.ts';
import {
  type AnyGraph,
  add,
  grad,
  input,
  matmul,
  mul,
  reduceSum,
  sigmoid,
  simplify,
  type Tensor,
  transpose,
} from './index.ts';
import { topologicalOrder } from './topology.ts';

const [n, k, m] = [4, 3, 5];
const a = input('a', [n, k], 'float64');
const b = input('b', [k, m], 'float64');
const c = input('c', [n, m], 'float64');
const product = matmul(a, b);

const namesOf = (...tensors: Tensor[]): string[] =>
  topologicalOrder(simplify(tensors))
    .map(({ operator }) => operator.name)
    .filter((name) => !['input', 'constant'].includes(name));

const values = {
  a: array([n, k], 'float64', uniform(1, n * k)),
  b: array([k, m], 'float64', uniform(2, k * m)),
  c: array([n, m], 'float64', uniform(3, n * m)),
};

async function expectSame(y: Tensor): Promise<void> {
  const graph: AnyGraph = { inputs: { a, b, c }, outputs: { y } };
  const actual = await runGraph(graph, values, nodeRuntime({ threads: 1 }));
  expectClose(actual.y!, evaluateGraph(graph, values).y!, 1e-14);
}

describe('fuseProducts', () => {
  const sums: [string, Tensor][] = [
    ['a · b + c', add(product, c)],
    ['c + a · b', add(c, product)],
    ['a · b + 0.5 c', add(product, mul(c, 0.5))],
    ['−2 c + a · b', add(mul(-2, c), product)],
    ['a sum of two products', add(product, matmul(a, mul(b, b)))],
    ['a column', add(product, reduceSum(c, { axes: [1], keepDims: true }))],
    ['a number', add(product, reduceSum(c))],
    ['products in a row', add(matmul(add(product, c), transpose(b)), a)],
  ];
  test.each(sums)('computes %s in the product', async (_, sum) => {
    expect(namesOf(sum)).toContain('gemm');
    expect(namesOf(sum)).not.toContain('add');
    await expectSame(sum);
  });

  test('keeps a number that is not a float32 out of it', async () => {
    const sum = add(product, mul(c, 0.1));
    expect(namesOf(sum)).toEqual(['mul', 'gemm']);
    await expectSame(sum);
  });

  test('computes a product once that others read as well', async () => {
    expect(namesOf(add(product, c), sigmoid(product))).toEqual(['matmul', 'add', 'sigmoid']);
    expect(namesOf(add(product, c), product)).toEqual(['matmul', 'add']);
    await expectSame(add(product, mul(c, sigmoid(product))));
  });

  test('leaves a sum alone that is larger than the product', () => {
    expect(namesOf(add(matmul(a, reduceSum(b, { axes: [1], keepDims: true })), c))).toContain('add');
  });

  test('takes a penalty into the gradient of a weight', async () => {
    const loss = (w: Tensor) => add(reduceSum(matmul(a, w)), mul(reduceSum(mul(w, w)), 0.25));
    const y = grad(loss)(b) as Tensor;
    expect(namesOf(y).at(-1)).toBe('gemm');
    expect(namesOf(y)).not.toContain('mul');
    await expectSame(y);
  });
});
