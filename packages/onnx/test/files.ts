import { encodeModelProto } from '../src/proto/encode.ts';
import type { AttributeProto, ModelProto, NodeProto, TensorProto, ValueProto } from '../src/proto/model-proto.ts';

/** A node, outputs named and the rest left out where nothing is said. */
export const node = (
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeProto>> = {},
): NodeProto => ({
  ...{ name: `${type}-${outputs[0]}`, type, domain: '', inputs, outputs },
  attributes: new Map(Object.entries(attributes)),
});

/** A float32 tensor. */
export const floats = (name: string, shape: readonly number[], values: readonly number[]): TensorProto => ({
  ...{ name, shape, type: 1 },
  raw: new Uint8Array(Float32Array.from(values).buffer),
});

/** An int64 tensor. */
export const integers = (name: string, shape: readonly number[], typed: readonly number[]): TensorProto => ({
  ...{ name, shape, type: 7, typed },
});

/** A float32 input or output. */
export const value = (name: string, shape: readonly (number | string)[], type = 1): ValueProto => ({
  name,
  type,
  shape,
});

interface FileParts {
  readonly nodes: readonly NodeProto[];
  readonly initializers?: readonly TensorProto[];
  readonly inputs?: readonly ValueProto[];
  readonly outputs?: readonly ValueProto[];
  readonly opset?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly functions?: ModelProto['functions'];
  readonly values?: readonly ValueProto[];
}

/** A model from its parts: x `[batch, 3]` to y, unless told otherwise. */
export const protoOf = ({
  nodes,
  initializers = [],
  inputs = [value('x', ['batch', 3])],
  outputs = [value('y', ['batch', 2])],
  opset = 18,
  metadata = {},
  functions = new Map(),
  values,
}: FileParts): ModelProto => ({
  ...{ irVersion: 8, producer: 'a test', functions },
  opsets: new Map([['', opset]]),
  graph: { name: 'graph', nodes, initializers, inputs, outputs, ...(values && { values }) },
  metadata: new Map(Object.entries(metadata)),
});

/** The bytes of a file. */
export const fileOf = (parts: FileParts): Uint8Array<ArrayBuffer> => encodeModelProto(protoOf(parts));

/** y = relu(x · W + b), W `[3, 2]`. */
export const layer = (): FileParts => ({
  nodes: [node('Gemm', ['x', 'W', 'b'], ['h']), node('Relu', ['h'], ['y'])],
  initializers: [floats('W', [3, 2], [1, -2, 0.5, 3, -1, 0.25]), floats('b', [2], [0.5, -0.5])],
  metadata: { origin: 'here' },
});
