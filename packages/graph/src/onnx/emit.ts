import { type DType, encode, type TypedArray } from '../dtype.ts';
import { isInput } from '../operators/input.ts';
import type { Shape } from '../shape.ts';
import { simplify } from '../simplify.ts';
import type { Tensor } from '../tensor.ts';
import { topologicalOrder } from '../topology.ts';
import type { AnyGraph } from '../trace.ts';
import { leavesOf } from '../tree.ts';
import type { Emitter } from './emitter.ts';
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from './encode.ts';

export interface Emitted extends OnnxGraph {
  /** The tensor that each node was made for, by the node's name: for error messages. */
  readonly origins: ReadonlyMap<string, Tensor>;
}

/**
 * The ONNX form of a graph, simplified first. Inputs and outputs are named by their paths; `outputPrefix` keeps the two
 * apart where the same path may be both; `channelBlock` allows operators that only ONNX Runtime has.
 * @throws {Error} when two values have one name, or an output depends on an input of another graph
 */
export function emit(graph: AnyGraph, outputPrefix = '', channelBlock?: number): Emitted {
  const outputs = leavesOf<Tensor>(graph.outputs).map(({ path, value }) => ({
    path: outputPrefix + path,
    value,
  }));
  const roots = simplify(outputs.map(({ value }) => value));
  const inputs = leavesOf<Tensor>(graph.inputs);
  checkNames([...inputs, ...outputs].map(({ path }) => path));
  const known = new Set(inputs.map(({ value }) => value));
  const { nodes, constants, origins, emitter, begin } = collector(channelBlock);

  const names = new Map<Tensor, string>();
  for (const tensor of topologicalOrder(roots)) {
    if (isInput(tensor) && !known.has(tensor)) {
      throw new Error(`graph: the outputs depend on the input ${String(tensor.attributes.path)} of another graph`);
    }
    begin(tensor);
    names.set(
      tensor,
      tensor.operator.emit(
        tensor.inputs.map((x) => names.get(x)!),
        tensor,
        emitter,
      ),
    );
  }
  return {
    nodes: nameOutputs(
      nodes,
      outputs.map(({ path }, i) => [names.get(roots[i]!)!, path]),
    ),
    constants,
    origins,
    inputs: inputs.map(({ path, value }) => valueInfo(path, value)),
    outputs: outputs.map(({ path, value }) => valueInfo(path, value)),
  };
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`graph: two inputs or outputs are named ${twice}; rename one`);
}

const valueInfo = (name: string, { dtype, shape }: Tensor): OnnxValue => ({ name, dtype, shape });

/**
 * Gives the outputs their names: the node that computes an output writes it directly; an output that is an input, a constant
 * or another output as well is copied.
 */
function nameOutputs(
  nodes: readonly OnnxNode[],
  outputs: readonly (readonly [from: string, to: string])[],
): OnnxNode[] {
  const made = new Set(nodes.map(({ output }) => output));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const [from, to] of outputs) {
    if (made.has(from) && !renamed.has(from)) renamed.set(from, to);
    else copies.push({ name: `copy:${to}`, type: 'Identity', inputs: [from], output: to, attributes: {} });
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    output: rename(node.output),
  }));
}

const bytesOfArray = (data: TypedArray) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Collects nodes and constants; values are named after the operator that made them. */
function collector(channelBlock: number | undefined) {
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  const origins = new Map<string, Tensor>();
  const constantNames = new Map<string, string>();
  let current: Tensor | undefined;

  const constant = (dtype: DType, shape: Shape, data: TypedArray): string => {
    const key = data.length <= 64 ? `${dtype}|${shape.join()}|${bytesOfArray(data).join()}` : undefined;
    const known = key === undefined ? undefined : constantNames.get(key);
    if (known !== undefined) return known;
    const name = `constant:${constants.length}`;
    constants.push({ name, dtype, shape, data });
    if (key !== undefined) constantNames.set(key, name);
    return name;
  };

  const emitter: Emitter = {
    channelBlock,
    node(type, inputs, attributes = {}, position = 0) {
      const name = `${current!.operator.name}:${nodes.length}`;
      origins.set(name, current!);
      nodes.push({ name, type, inputs, output: name, position, attributes });
      return name;
    },
    constant,
    int64s: (values) => constant('int64', [values.length], encode('int64', values)),
    scalar: (dtype, value) => constant(dtype, [], encode(dtype, [value])),
  };
  const begin = (tensor: Tensor) => {
    current = tensor;
  };
  return { nodes, constants, origins, emitter, begin };
}
