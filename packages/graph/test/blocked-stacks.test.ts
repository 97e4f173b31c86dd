import { expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import type { AnyGraph, Shape, Tensor } from '../src/index.ts';
import * as g from '../src/index.ts';
import { emit } from '../src/onnx/emit.ts';
import { array, evaluateGraph, expectClose, runGraph, uniform } from './support.ts';

const runtime = nodeRuntime({ threads: 2 });
const IMAGES = 18;

const shapes: Record<string, Shape> = {
  x: [IMAGES, 1, 12, 12],
  w0: [32, 1, 3, 3],
  b0: [32],
  w1: [16, 32, 4, 4],
  b1: [16, 1, 1],
  w2: [16, 32, 4, 4],
  mask: [IMAGES, 16, 5, 5],
};
type Params = Readonly<Record<'w0' | 'b0' | 'w1' | 'b1' | 'w2', Tensor>>;

/** Convolutions with biases and relus, a mask between them, and a transposed one. */
function stack({ w0, b0, w1, b1, w2 }: Params, x: Tensor, mask: Tensor): Tensor {
  const first = g.relu(g.add(g.conv2d(x, w0), g.reshape(b0, [32, 1, 1])));
  const second = g.mul(g.relu(g.add(g.conv2d(first, w1, { strides: 2, pads: 1 }), b1)), mask);
  return g.relu(g.convTranspose2d(second, w2, { strides: 2 }));
}

function inputsOf() {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, g.input(name, shape, 'float32')]));
}

const valuesOf = (graph: AnyGraph) =>
  Object.fromEntries(
    Object.entries(graph.inputs).map(([name, tensor], i) => {
      const { shape } = tensor as Tensor;
      return [name, array(shape, 'float32', uniform(i, g.sizeOf(shape), -1, 1))];
    }),
  );

function trainingGraph(): AnyGraph {
  const { x, mask, ...params } = inputsOf() as Record<string, Tensor>;
  const loss = (p: Params) => {
    const y = stack(p, x!, mask!);
    return g.reduceMean(g.mul(y, y));
  };
  const { value, grad } = g.valueAndGrad(loss)(params as unknown as Params);
  return { inputs: { x: x!, mask: mask!, ...params }, outputs: { value, ...grad } };
}

test('a stack of convolutions and its gradients are what evaluate gives', async () => {
  const graph = trainingGraph();
  const values = valuesOf(graph);
  const actual = await runGraph(graph, values, runtime);
  for (const [name, expected] of Object.entries(evaluateGraph(graph, values))) {
    const scale = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const relative = (numbers: Float64Array) => numbers.map((v) => v / scale);
    expectClose(relative(actual[name]!), relative(expected), 1e-5, name);
  }
});

test('images go into blocks once and leave them at the end', () => {
  const { x, mask, ...params } = inputsOf() as Record<string, Tensor>;
  const graph = { inputs: inputsOf(), outputs: { y: stack(params as unknown as Params, x!, mask!) } };
  const types = emit({ ...graph, inputs: { x: x!, mask: mask!, ...params } }, '', { channelBlock: 8 }).nodes.map(
    ({ type }) => type,
  );
  const count = (name: string) => types.filter((type) => type.endsWith(name)).length;
  // The mask goes in; the images have one channel at first and need no blocks.
  expect([count('ReorderInput'), count('ReorderOutput')]).toEqual([1, 1]);
  expect([count('Add'), count('Relu')]).toEqual([0, 0]);
});

test('a convolution that something else reads as well is computed once', async () => {
  const [x, w, b] = [
    g.input('x', [3, 16, 5, 5], 'float32'),
    g.input('w', [16, 16, 3, 3], 'float32'),
    g.input('b', [16, 1, 1], 'float32'),
  ];
  const y = g.conv2d(x, w);
  const graph = { inputs: { x, w, b }, outputs: { y, biased: g.relu(g.add(y, b)), positive: g.greater(y, 0) } };
  const { nodes } = emit(graph, 'out:', { channelBlock: 8 });
  // The biases are added by one that takes each channel by itself.
  const convolutions = nodes.filter(({ type }) => type.endsWith('nchwc.Conv'));
  expect(convolutions.map(({ attributes }) => attributes.group)).toEqual([1, 16]);
  const values = valuesOf(graph);
  const floats = { ...graph, outputs: { y, biased: graph.outputs.biased } };
  const actual = await runGraph(floats, values, runtime);
  for (const [name, expected] of Object.entries(evaluateGraph(floats, values))) {
    expectClose(actual[name]!, expected, 3e-6, name);
  }
});

test('the relu of a blocked convolution keeps NaN', async () => {
  const [x, w] = [g.input('x', [1, 16, 4, 4], 'float32'), g.input('w', [16, 16, 3, 3], 'float32')];
  const graph = { inputs: { x, w }, outputs: { y: g.relu(g.conv2d(x, w)) } };
  const values = valuesOf(graph);
  values.x!.data[0] = Number.NaN;
  const { y } = await runGraph(graph, values, runtime);
  // The first pixel lies under the first of the four windows.
  expect(Array.from(y!, (v, i) => (Number.isNaN(v) ? i % 4 : -1)).filter((i) => i >= 0)).toEqual(Array(16).fill(0));
});

test('a stack of convolutions has the same bits on any number of threads', async () => {
  const graph = trainingGraph();
  const values = valuesOf(graph);
  const bits = new Set<string>();
  for (const threads of [1, 2, 3]) {
    const results = await runGraph(graph, values, nodeRuntime({ threads }));
    bits.add(JSON.stringify(Object.values(results).map((numbers) => numbers.join())));
  }
  expect(bits.size).toBe(1);
});
