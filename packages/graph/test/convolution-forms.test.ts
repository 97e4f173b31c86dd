import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import {
  type AnyGraph,
  type ConvolutionOptions,
  conv2d,
  exportOnnx,
  input,
  type Runtime,
  type Shape,
  sizeOf,
  type Tensor,
  vjp,
} from '../src/index.ts';
import { emit } from '../src/onnx/emit.ts';
import { array, evaluateGraph, expectClose, runGraph, uniform } from './support.ts';

const runtime = nodeRuntime({ threads: 2 });

/** A convolution and its gradients. */
function graphOf(x: Shape, w: Shape, options: ConvolutionOptions): AnyGraph {
  const [image, filter] = [input('x', x, 'float32'), input('w', w, 'float32')];
  const y = conv2d(image, filter, options);
  const v = input('v', y.shape, 'float32');
  const { cotangent } = vjp((p: { x: Tensor; w: Tensor }) => conv2d(p.x, p.w, options), { x: image, w: filter }, v);
  return { inputs: { x: image, w: filter, v }, outputs: { y, dx: cotangent.x, dw: cotangent.w } };
}

const cases: [string, Shape, Shape, ConvolutionOptions][] = [
  ['plain', [2, 32, 6, 7], [16, 32, 3, 3], {}],
  ['padded unevenly', [3, 16, 5, 6], [32, 16, 3, 2], { pads: [1, 0, 2, 1] }],
  ['strided', [2, 16, 8, 8], [16, 16, 5, 5], { strides: 2, pads: [1, 1, 2, 2] }],
  ['strided, with rows that no window reaches', [2, 16, 9, 10], [16, 16, 3, 3], { strides: 2 }],
  ['strided by 3 and 2', [1, 16, 11, 9], [16, 16, 4, 3], { strides: [3, 2], pads: [2, 1, 0, 1] }],
  ['strided beyond the kernel', [2, 16, 7, 7], [16, 16, 2, 2], { strides: 3 }],
  ['strided along one axis', [2, 16, 6, 8], [16, 16, 3, 3], { strides: [1, 2], pads: 1 }],
  ['strided along the other', [2, 16, 8, 6], [16, 16, 3, 3], { strides: [2, 1], pads: 1 }],
  ['dilated', [2, 16, 8, 7], [16, 16, 3, 2], { dilations: [2, 3], pads: [2, 0, 1, 3] }],
  ['dilated and strided', [2, 16, 9, 9], [16, 16, 2, 2], { dilations: 2, strides: 2 }],
  ['padded beyond the kernel', [2, 16, 4, 4], [16, 16, 2, 2], { pads: 2 }],
  ['of few channels', [3, 3, 6, 6], [16, 3, 3, 3], { pads: 1 }],
  ['of channels that fill no block', [2, 24, 5, 5], [32, 24, 3, 3], {}],
  ['to filters that fill no block', [2, 16, 5, 5], [24, 16, 3, 3], {}],
  ['in groups', [2, 32, 5, 5], [32, 16, 3, 3], { groups: 2 }],
  ['of many images', [37, 16, 4, 4], [16, 16, 3, 3], {}],
  ['of many images, strided and padded', [32, 16, 8, 8], [32, 16, 4, 4], { strides: 2, pads: 1 }],
  ['of many images with one channel', [21, 1, 8, 8], [16, 1, 4, 4], { strides: 2, pads: 1 }],
  ['of many windows', [2, 16, 20, 20], [64, 16, 3, 2], { pads: [1, 0, 0, 1] }],
  ['of many images and filters', [33, 128, 4, 4], [128, 128, 3, 3], {}],
  ['of many images, dilated', [17, 16, 7, 7], [16, 16, 2, 2], { dilations: 3, pads: 1 }],
  [
    'of few channels, with many windows',
    [2, 2, 9, 20],
    [3, 2, 3, 2],
    { strides: [1, 2], dilations: [2, 1], pads: [2, 0, 1, 1] },
  ],
  ['over the whole image', [2, 16, 3, 3], [16, 16, 3, 3], {}],
];

const backends: [string, Runtime][] = [
  ['with blocked kernels, where there are any', runtime],
  ['without', { ...runtime, backend: { ...runtime.backend, channelBlock: async () => undefined } }],
];

describe.each(backends)('%s', (_, on) => {
  test.each(cases)('a convolution %s and its gradients are what evaluate gives', async (_, x, w, options) => {
    const graph = graphOf(x, w, options);
    const values = Object.fromEntries(
      Object.entries(graph.inputs).map(([name, tensor], i) => {
        const { shape } = tensor as Tensor;
        return [name, array(shape, 'float32', uniform(i, sizeOf(shape), -1, 1))];
      }),
    );
    const actual = await runGraph(graph, values, on);
    for (const [name, expected] of Object.entries(evaluateGraph(graph, values))) {
      expectClose(actual[name]!, expected, 3e-6, name);
    }
  });
});

const typesOf = (block?: number) =>
  new Set(
    emit(graphOf([2, 32, 6, 6], [32, 32, 3, 3], {}), 'out:', { channelBlock: block }).nodes.map(({ type }) => type),
  );

test('blocked kernels are used where the backend has them, and never in an exported file', () => {
  expect(typesOf(16)).toContain('com.microsoft.nchwc.Conv');
  expect(typesOf(16)).not.toContain('ConvTranspose');
  expect(typesOf()).not.toContain('com.microsoft.nchwc.Conv');
  const bytes = exportOnnx(graphOf([2, 32, 6, 6], [32, 32, 3, 3], {}));
  expect(Buffer.from(bytes).includes('nchwc')).toBe(false);
});

test('the native backend finds the size of its blocks, and keeps it', async () => {
  const block = await runtime.backend.channelBlock!();
  expect(runtime.backend.channelBlock!()).toBe(runtime.backend.channelBlock!());
  expect([undefined, 8, 16]).toContain(block);
});
