import { InputError } from '@unbraid/checks';
import { type DType, encode, type TypedArray } from '../dtype.ts';
import { expandHost } from '../host/expand.ts';
import { isInput } from '../operators/input.ts';
import type { Shape } from '../shape.ts';
import { simplify } from '../simplify.ts';
import type { Tensor } from '../tensor.ts';
import { topologicalOrder, usesIn } from '../topology.ts';
import type { AnyGraph } from '../trace.ts';
import { leavesOf } from '../tree.ts';
import { emitInBlocks } from './blocked-entries.ts';
import { blockedImages } from './blocked-images.ts';
import type { Emitter, Forms } from './emitter.ts';
import type { OnnxConstant, OnnxGraph, OnnxNode, OnnxValue } from './encode.ts';

export interface Emitted extends OnnxGraph {
  /** The tensor that each node was made for, by the node's name: for error messages. */
  readonly origins: ReadonlyMap<string, Tensor>;
}

/** A tensor under the name that it has in a model. */
export interface Named {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * The ONNX form of a graph, host operators by their meaning, simplified first. Inputs and outputs are named by their paths; `outputPrefix`
 * keeps the two apart where the same path may be both; `forms` allows others than the plain ones.
 * @throws {InputError} `graph`, when two values have one name, or an output depends on an input of another graph
 */
export function emit(graph: AnyGraph, outputPrefix = '', forms: Forms = {}): Emitted {
  const { inputs, outputs } = valuesOf(graph, outputPrefix);
  const roots = simplify(expandHost(outputs.map(({ tensor }) => tensor)));
  const order = checkInputs(topologicalOrder(roots), inputs);
  return emitNodes(
    order,
    inputs,
    outputs.map(({ name }, i) => ({ name, tensor: roots[i]! })),
    forms,
  );
}

/** The graph's inputs and outputs under their names. @throws {InputError} `graph`, when two have the same */
export function valuesOf(graph: AnyGraph, outputPrefix: string): { inputs: Named[]; outputs: Named[] } {
  const named = (tree: AnyGraph['inputs'], prefix: string) =>
    leavesOf<Tensor>(tree).map(({ path, value }): Named => ({ name: prefix + path, tensor: value }));
  const values = { inputs: named(graph.inputs, ''), outputs: named(graph.outputs, outputPrefix) };
  checkNames([...values.inputs, ...values.outputs].map(({ name }) => name));
  return values;
}

/** @throws {InputError} `graph`, when a tensor of `order`, which is returned, is an input of another graph */
export function checkInputs(order: readonly Tensor[], inputs: readonly Named[]): readonly Tensor[] {
  const known = new Set(inputs.map(({ tensor }) => tensor));
  const stray = order.find((tensor) => isInput(tensor) && !known.has(tensor));
  if (!stray) return order;
  throw new InputError(
    'graph',
    `graph: the outputs depend on the input ${String(stray.attributes.path)} of another graph`,
  );
}

/** The ONNX form of the tensors of `order`, each after what it is computed from; those of `inputs` are given and not computed. */
export function emitNodes(
  order: readonly Tensor[],
  inputs: readonly Named[],
  outputs: readonly Named[],
  forms: Forms = {},
): Emitted {
  const { nodes, constants, origins, emitter, begin } = collector(forms);
  const names = new Map<Tensor, string>(inputs.map(({ name, tensor }) => [tensor, name]));
  const uses = usesIn(
    order,
    outputs.map(({ tensor }) => tensor),
  );
  const written = { nameOf: (x: Tensor) => names.get(x)!, readersOf: (x: Tensor) => uses.get(x) ?? 0, begin };
  for (const tensor of order) {
    if (names.has(tensor)) continue;
    begin(tensor);
    const name =
      emitInBlocks(tensor, written, emitter) ??
      tensor.operator.emit(tensor.inputs.map(written.nameOf), tensor, emitter);
    names.set(tensor, name);
  }
  const results = outputs.map(({ name, tensor }) => [names.get(tensor)!, name] as const);
  return {
    nodes: nameOutputs(neededFor(results, nodes), results),
    constants,
    origins,
    inputs: inputs.map(valueInfo),
    outputs: outputs.map(valueInfo),
  };
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError('graph', `graph: two inputs or outputs are named ${twice}; rename one`);
}

/** The nodes that the results depend on: images that stay in blocks are not needed in their plain form. */
function neededFor(results: readonly (readonly [from: string, to: string])[], nodes: readonly OnnxNode[]): OnnxNode[] {
  const needed = new Set(results.map(([from]) => from));
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    kept.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return kept.reverse();
}

const valueInfo = ({ name, tensor: { dtype, shape } }: Named): OnnxValue => ({ name, dtype, shape });

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
function collector(forms: Forms) {
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

  const node: Emitter['node'] = (type, inputs, attributes = {}, position = 0) => {
    const name = `${current!.operator.name}:${nodes.length}`;
    origins.set(name, current!);
    nodes.push({ name, type, inputs, output: name, position, attributes });
    return name;
  };
  const emitter: Emitter = {
    ...forms,
    ...blockedImages(node),
    node,
    constant,
    int64s: (values) => constant('int64', [values.length], encode('int64', values)),
    scalar: (dtype, value) => constant(dtype, [], encode(dtype, [value])),
  };
  const begin = (tensor: Tensor) => {
    current = tensor;
  };
  return { nodes, constants, origins, emitter, begin };
}
