import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import type { DType } from '../src/dtype.ts';
import type { NdArray, Tensor } from '../src/index.ts';
import * as g from '../src/index.ts';
import { array, evaluateGraph, expectClose, fixture, runGraph } from './support.ts';

interface Array64 {
  readonly shape: number[];
  readonly data: number[];
}

interface ConvNet {
  readonly x: Array64;
  readonly y: Array64;
  readonly parameters: (Array64 & { readonly name: string })[];
  readonly loss: number;
  readonly gradient: number[];
  readonly vectors: number[][];
  readonly hessianVectorProducts: number[][];
}

type Params = readonly Tensor[];

/** The net of python/fixtures/conv_net.py. */
function loss(params: Params, x: Tensor, y: Tensor): Tensor {
  const [w0, b0, w1, b1, w2] = params as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const first = g.tanh(g.add(g.conv2d(x, w0, { pads: 1 }), b0));
  const pooled = g.maxPool2d(first, { kernel: 3, strides: 2 });
  const second = g.tanh(g.add(g.conv2d(pooled, w1, { strides: 2, pads: 1, groups: 2 }), b1));
  const error = g.sub(g.averagePool2d(g.convTranspose2d(second, w2, { strides: 2 }), { kernel: 2 }), y);
  return g.reduceMean(g.mul(error, error));
}

const net = fixture<ConvNet>('conv_net.json');

/** Names of the parameters' tensors and of those of a direction. */
const named = (prefix: string) => net.parameters.map(({ name }) => `${prefix}${name}`);

function graphOf(dtype: DType) {
  const inputs = (prefix: string) => net.parameters.map(({ name, shape }) => g.input(`${prefix}${name}`, shape, dtype));
  const [p, v] = [inputs('p'), inputs('v')];
  const [x, y] = [g.input('x', net.x.shape, dtype), g.input('y', net.y.shape, dtype)];
  const slope = (q: Params) =>
    g
      .grad((r: Params) => loss(r, x, y))(q)
      .map((each, i) => g.reduceSum(g.mul(each, v[i]!)))
      .reduce((a, b) => g.add(a, b));
  const { value, grad } = g.valueAndGrad((q: Params) => loss(q, x, y))(p);
  const outputs = (prefix: string, list: readonly Tensor[]) =>
    named(prefix).map((name, i) => [name, list[i]!] as const);
  return {
    inputs: Object.fromEntries([...p, ...v, x, y].map((tensor) => [String(tensor.attributes.path), tensor])),
    outputs: Object.fromEntries([
      ['value', value],
      ...outputs('grad', grad),
      ...outputs('forward', g.hvp((q: Params) => loss(q, x, y))(p, v)),
      ...outputs('reverse', g.grad(slope)(p)),
    ]),
  };
}

function valuesOf(dtype: DType, direction: readonly number[]): Record<string, NdArray> {
  let offset = 0;
  const parts = net.parameters.map(({ name, shape, data }) => {
    const part = direction.slice(offset, offset + data.length);
    offset += data.length;
    return [[`p${name}`, array(shape, dtype, data)] as const, [`v${name}`, array(shape, dtype, part)] as const];
  });
  return {
    ...Object.fromEntries(parts.flat()),
    x: array(net.x.shape, dtype, net.x.data),
    y: array(net.y.shape, dtype, net.y.data),
  };
}

function check(results: Readonly<Record<string, Float64Array>>, product: readonly number[], tolerance: number): void {
  const flat = (prefix: string) => named(prefix).flatMap((name) => [...results[name]!]);
  expectClose(results.value!, [net.loss], tolerance, 'loss');
  expectClose(flat('grad'), net.gradient, tolerance, 'gradient');
  expectClose(flat('forward'), product, tolerance, 'product, forward over reverse');
  expectClose(flat('reverse'), product, tolerance, 'product, reverse over reverse');
}

describe('the convolutional net agrees with PyTorch in value, gradient and Hessian-vector products', () => {
  test('by evaluate in float64', () => {
    const graph = graphOf('float64');
    net.vectors.forEach((vector, i) => {
      check(evaluateGraph(graph, valuesOf('float64', vector)), net.hessianVectorProducts[i]!, 1e-12);
    });
  });

  test('by ONNX Runtime in float32', async () => {
    const results = await runGraph(
      graphOf('float32'),
      valuesOf('float32', net.vectors[0]!),
      nodeRuntime({ threads: 1 }),
    );
    check(results, net.hessianVectorProducts[0]!, 5e-6);
    expect(net.hessianVectorProducts[0]!.some((x) => x !== 0)).toBe(true);
  });
});
