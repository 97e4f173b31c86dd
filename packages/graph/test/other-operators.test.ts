import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import * as g from '../src/index.ts';
import { constant, type DType, grad, type NdArray, reduceSum, type Tensor, trace } from '../src/index.ts';
import { array, evaluateGraph, runGraph, uniform } from './support.ts';

const runtime = nodeRuntime({ threads: 1 });

/** The result of `f` on one operand, checked to be the same by evaluate and by ONNX Runtime. */
async function both(operand: NdArray, f: (x: Tensor) => Tensor): Promise<number[]> {
  const { shape, dtype } = operand;
  const graph = trace({ x: g.spec(shape, dtype) }, ({ x }) => ({ y: f(x) }));
  const expected = [...evaluateGraph(graph, { x: operand }).y!];
  // An ONNX Runtime that folds −0 to 0 computes the same number.
  expect([...(await runGraph(graph, { x: operand }, runtime)).y!].map((x) => x + 0)).toEqual(
    expected.map((x) => x + 0),
  );
  return expected;
}

const numbers = (dtype: DType, ...entries: number[]) => array([entries.length], dtype, entries);

describe('evaluate and ONNX Runtime agree on', () => {
  test('argMax: the first of the largest, along any axis', async () => {
    const x = array([2, 3], 'float32', [1, 5, 5, 7, 2, 5]);
    expect(await both(x, (t) => g.argMax(t))).toEqual([1, 0]);
    expect(await both(x, (t) => g.argMax(t, 0))).toEqual([1, 0, 0]);
    const random = array([3, 4, 2], 'float64', uniform(1, 24));
    expect(await both(random, (t) => g.argMax(t, 1))).toHaveLength(6);
  });

  test('maxPoolPositions: the first of the largest of each window, counted through all images', async () => {
    const x = array([1, 2, 2, 4], 'float32', [1, 5, 5, 7, 2, 5, 0, 7, 1, 1, 2, 3, 1, 1, 3, 3]);
    expect(await both(x, (t) => g.maxPoolPositions(t, { kernel: 2 }))).toEqual([1, 3, 8, 11]);
  });

  test('oneHot, all zeros for an index out of range', async () => {
    expect(await both(numbers('int64', 1, -1, 3), (t) => g.oneHot(t, 3))).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('cast towards zero, and to truth', async () => {
    expect(await both(numbers('float32', 1.7, -1.7, 0), (t) => g.cast(t, 'int32'))).toEqual([1, -1, 0]);
    expect(await both(numbers('float64', 0.5, -2, 0), (t) => g.cast(t, 'bool'))).toEqual([1, 1, 0]);
    expect(await both(numbers('bool', 1, 0), (t) => g.cast(t, 'int64'))).toEqual([1, 0]);
  });

  const integers: [string, (x: Tensor) => Tensor, number[]][] = [
    ['div towards zero', (x) => g.div(x, 2), [-3, -1, 0, 3]],
    ['mul', (x) => g.mul(x, x), [49, 9, 0, 36]],
    ['sub', (x) => g.sub(1, x), [8, 4, 1, -5]],
    ['neg', (x) => g.neg(x), [7, 3, -0, -6]],
    ['abs', (x) => g.abs(x), [7, 3, 0, 6]],
    ['sign', (x) => g.sign(x), [-1, -1, 0, 1]],
    ['maximum', (x) => g.maximum(x, -1), [-1, -1, 0, 6]],
    ['reduceSum', (x) => g.reduceSum(x), [-4]],
    ['reduceMax', (x) => g.reduceMax(x), [6]],
    ['slice', (x) => g.slice(x, [], [], [-2]), [6, -3]],
    ['concat', (x) => g.concat([x, x]), [-7, -3, 0, 6, -7, -3, 0, 6]],
    ['where', (x) => g.where(g.less(x, 0), x, 1), [-7, -3, 1, 1]],
    ['lessEqual', (x) => g.lessEqual(x, 0), [1, 1, 1, 0]],
    ['equal', (x) => g.equal(x, 6), [0, 0, 0, 1]],
  ];
  test.each(integers)('%s of int32', async (_, f, expected) => {
    expect((await both(numbers('int32', -7, -3, 0, 6), f)).map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
  });

  test('tensors without entries', async () => {
    const empty = array([0, 3], 'float32', []);
    expect(await both(empty, (t) => g.reshape(t, [3, 0, 2]))).toEqual([]);
    expect(await both(empty, (t) => g.concat([t, g.constant([1, 2, 3], [1, 3])]))).toEqual([1, 2, 3]);
    expect(await both(array([2, 3], 'float32', uniform(1, 6)), (t) => g.slice(t, [1], [1]))).toEqual([]);
  });
});

describe('derivatives at ties', () => {
  const at = (f: (x: Tensor) => Tensor, ...entries: number[]) => {
    const graph = trace({ x: g.f64(entries.length) }, ({ x }) => ({ y: grad((t: Tensor) => reduceSum(f(t)))(x) }));
    return [...evaluateGraph(graph, { x: numbers('float64', ...entries) }).y!];
  };

  test('are shared equally by the entries that attain a maximum or minimum', () => {
    expect(at((x) => g.reduceMax(x), 3, 1, 3)).toEqual([0.5, 0, 0.5]);
    expect(at((x) => g.reduceMin(x), 2, 2, 2, 2)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(at((x) => g.maximum(x, 1), 0, 1, 2)).toEqual([0, 0.5, 1]);
    expect(at((x) => g.minimum(x, constant(1, [], 'float64')), 0, 1, 2)).toEqual([1, 0.5, 0]);
  });

  test('vanish for an empty slice', () => {
    expect(at((x) => g.slice(x, [2], [2], [-5]), 1, 2, 3)).toEqual([0, 0, 0]);
  });
});
