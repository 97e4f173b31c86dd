import { expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import { f32, reduceSum, sizeOf, trace } from '../src/index.ts';
import { array, evaluateGraph, expectClose, runGraph, uniform } from './support.ts';

const runtimes = [1, 2, 3, 8, 32].map((threads) => nodeRuntime({ threads }));

/** Sums over axes in the middle, of which ONNX Runtime's own order depends on the number of threads where there are few entries beside them. */
test.each([
  [
    [8, 64, 64],
    [0, 1],
  ],
  [[2, 256, 64], [1]],
  [[4, 256, 384], [1]],
  [[513, 64], [0]],
  [
    [16, 64, 384],
    [0, 1],
  ],
  [[16, 64, 384], [1]],
  [
    [2, 3, 40],
    [0, 2],
  ],
  [
    [2, 64, 100],
    [0, 2],
  ],
  [
    [4, 8, 8, 8],
    [0, 2, 3],
  ],
  [
    [16, 64, 7, 7],
    [0, 2, 3],
  ],
  [[2, 100, 64], [1]],
  [[3, 7, 11], [1]],
  [
    [2, 3, 2],
    [0, 2],
  ],
  [[5, 1000, 3], [1]],
  [[2, 1009, 3], [1]],
  [
    [3, 67, 3, 130, 2],
    [1, 3],
  ],
  // Axes of one entry behind are no less of a middle axis's neighbours.
  [[600, 1], [0]],
  [[1400, 1, 1], [0]],
  [[2, 300, 1], [1]],
  [[3, 1200, 1, 1], [1]],
  [[600, 1, 4], [0]],
  [[2, 1, 600, 1], [2]],
  [
    [600, 1, 70],
    [0, 2],
  ],
] as const)('the sum of %j over %j has the same bits on any number of threads', async (shape, axes) => {
  const graph = trace({ x: f32(...shape) }, ({ x }) => ({ y: reduceSum(x, { axes }) }));
  const values = { x: array(shape, 'float32', uniform(1, sizeOf(shape))) };
  const bits = new Set<string>();
  for (const runtime of runtimes) {
    const { y } = await runGraph(graph, values, runtime);
    expectClose(y!, evaluateGraph(graph, values).y!, 1e-6);
    bits.add(y!.join());
  }
  expect(bits.size).toBe(1);
});
