import { compile, f32, i32, openFile, type Tensor, type TensorSpec, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { importOnnx } from '../src/index.ts';
import { encodeModelProto } from '../src/proto/encode.ts';
import type { AttributeProto } from '../src/proto/model-proto.ts';
import { node, protoOf, value } from './files.ts';

/*
 * Operators of ONNX Runtime's own, against ONNX Runtime itself on the same file: every input is data, so that nothing is folded.
 */

const runtime = nodeRuntime({ threads: 1 });

interface Case {
  readonly type: string;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly output: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeProto>>;
  /** Values of inputs that aren't random. */
  readonly given?: Readonly<Record<string, readonly number[]>>;
  /** A second output that ONNX Runtime wants named. */
  readonly more?: string;
}

const hidden = { x: f32(2, 3, 8), skip: f32(2, 3, 8), scale: f32(8), beta: f32(8), bias: f32(8) };

const cases: readonly Case[] = [
  { type: 'Gelu', inputs: { x: f32(4, 5) }, output: [4, 5] },
  { type: 'QuickGelu', inputs: { x: f32(4, 5) }, output: [4, 5], attributes: { alpha: { float: 1.5 } } },
  { type: 'BiasGelu', inputs: { x: f32(4, 5), bias: f32(5) }, output: [4, 5] },
  { type: 'FastGelu', inputs: { x: f32(4, 5), bias: f32(5) }, output: [4, 5] },
  {
    ...{ type: 'FusedMatMul', inputs: { a: f32(2, 5, 4), b: f32(2, 3, 5) }, output: [2, 4, 3] },
    attributes: { transA: { integer: 1 }, transB: { integer: 1 }, alpha: { float: 0.5 } },
  },
  {
    ...{ type: 'FusedConv', inputs: { x: f32(1, 2, 5, 5), w: f32(3, 2, 3, 3), b: f32(3) }, output: [1, 3, 3, 3] },
    attributes: { activation: { text: 'Relu' }, kernel_shape: { integers: [3, 3] } },
  },
  {
    ...{ type: 'SkipLayerNormalization', inputs: hidden, output: [2, 3, 8] },
    attributes: { epsilon: { float: 1e-5 } },
  },
  {
    type: 'SkipSimplifiedLayerNormalization',
    inputs: { x: f32(2, 3, 8), skip: f32(2, 3, 8), scale: f32(8) },
    output: [2, 3, 8],
    attributes: { epsilon: { float: 1e-5 } },
  },
  {
    type: 'EmbedLayerNormalization',
    inputs: {
      ...{ ids: i32(2, 3), segments: i32(2, 3), words: f32(10, 8), places: f32(5, 8), ofSegments: f32(2, 8) },
      ...{ scale: f32(8), beta: f32(8) },
    },
    output: [2, 3, 8],
    attributes: { epsilon: { float: 1e-5 } },
    given: { ids: [1, 9, 3, 0, 2, 2], segments: [0, 0, 1, 1, 0, 1] },
    more: 'lengths',
  },
  {
    type: 'Attention',
    inputs: { x: f32(2, 3, 8), weights: f32(8, 24), bias: f32(24), mask: i32(2, 3) },
    output: [2, 3, 8],
    attributes: { num_heads: { integer: 2 } },
    given: { mask: [1, 1, 1, 1, 1, 0] },
  },
  {
    type: 'Attention',
    inputs: { x: f32(2, 3, 8), weights: f32(8, 24), bias: f32(24) },
    output: [2, 3, 8],
    attributes: { num_heads: { integer: 4 }, unidirectional: { integer: 1 } },
  },
  {
    type: 'MultiHeadAttention',
    inputs: { query: f32(2, 3, 8), key: f32(2, 4, 8), values: f32(2, 4, 8), bias: f32(24) },
    output: [2, 3, 8],
    attributes: { num_heads: { integer: 2 } },
  },
];

test.each(cases)(
  '$type computes what ONNX Runtime does',
  async ({ type, inputs, output, attributes, given = {}, more }) => {
    const names = Object.keys(inputs);
    const types: Readonly<Record<string, number>> = { float32: 1, int32: 6 };
    const proto = protoOf({
      nodes: [{ ...node(type, names, more ? ['y', more] : ['y'], attributes), domain: 'com.microsoft' }],
      inputs: names.map((name) => value(name, inputs[name]!.shape, types[inputs[name]!.dtype])),
      outputs: [value('y', output)],
    });
    const bytes = encodeModelProto({ ...proto, opsets: new Map([...proto.opsets, ['com.microsoft', 1]]) });
    const fill = (name: string, to: Float32Array | Int32Array): void => {
      if (given[name]) to.set(given[name]);
      else createRandom(names.indexOf(name) + 1).normal(to as Float32Array<ArrayBuffer>);
    };
    const theirs = await openFile(bytes, { inputs, outputs: { y: f32(...output) } }, runtime);
    const model = await importOnnx(bytes);
    const graph = trace(inputs, (read) => ({ y: model.run({}, read as unknown as Record<string, Tensor>).y! }));
    const ours = await compile(graph, runtime);
    for (const name of names) {
      fill(name, theirs.inputs[name]!.data as Float32Array);
      fill(name, ours.inputs[name]!.data as Float32Array);
    }
    await theirs.run();
    await ours.run();
    expect(graph.outputs.y.shape).toEqual(output);
    ours.outputs.y.float32.forEach((x, i) => void expect(x).toBeCloseTo(theirs.outputs.y!.float32[i]!, 4));
    await Promise.all([theirs.release(), ours.release()]);
  },
);
