import { expect, test } from 'vitest';
import { array, evaluateGraph, runGraph } from '../../test/support.ts';
import { nodeRuntime } from '../backends/node.ts';
import { type AnyGraph, type DType, grad, input, reduceSum, relu, type Tensor } from '../index.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test.each<DType>(['float32', 'float64'])('the derivative of relu is 0 or 1 and NaN at NaN, in %s', async (dtype) => {
  const entries = [0, -0, 1, -1, 2.94e-39, 1e-38, 1e-30, 3e38, inf, -inf, nan, -1e-40];
  // In vectors of the processor, and what is left beside them.
  for (const count of [entries.length, 7 * entries.length]) {
    const x = input('x', [count], dtype);
    const graph: AnyGraph = { inputs: { x }, outputs: { y: grad((t: Tensor) => reduceSum(relu(t)))(x) } };
    const values = {
      x: array(
        [count],
        dtype,
        Array.from({ length: count }, (_, i) => entries[i % entries.length]!),
      ),
    };
    const expected = values.x.data.map((v) => (Number.isNaN(v) ? v : Number(v > 0)));
    expect(evaluateGraph(graph, values).y).toEqual(expected);
    expect((await runGraph(graph, values, nodeRuntime({ threads: 1 }))).y).toEqual(expected);
  }
});

test('the derivative of relu climbs from 0 to 1 where float32 is subnormal', async () => {
  const x = input('x', [3], 'float32');
  const graph: AnyGraph = { inputs: { x }, outputs: { y: grad((t: Tensor) => reduceSum(relu(t)))(x) } };
  const values = { x: array([3], 'float32', [1e-45, 1e-40, 2.9e-39]) };
  const { y } = await runGraph(graph, values, nodeRuntime({ threads: 1 }));
  expect(y).toEqual(evaluateGraph(graph, values).y);
  expect(y!.every((v, i) => v > (y![i - 1] ?? 0) && v < 1)).toBe(true);
});
