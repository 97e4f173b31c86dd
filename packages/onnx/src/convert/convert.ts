import { InputError, showValue } from '@unbraid/checks';
import { constant, evaluate, type NdArray, sizeOf, type Tensor } from '@unbraid/graph';
import type { Mode } from '@unbraid/nn';
import type { GraphProto, NodeProto, TensorProto } from '../proto/model-proto.ts';
import { labelOf, makersIn, namesReadBy } from '../proto/names.ts';
import { valuesOf } from '../proto/tensor-data.ts';
import { attributeReader } from './attributes.ts';
import type { Converter, NodeContext } from './converter.ts';
import { converterOf } from './registry.ts';
import { sortNodes } from './sort-nodes.ts';

/** What a conversion begins from. */
export interface Conversion {
  readonly graph: GraphProto;
  readonly opsets: ReadonlyMap<string, number>;
  readonly mode: Mode;
  /** Inputs and parameters by name. */
  readonly given: ReadonlyMap<string, Tensor>;
  /** Which of those are parameters. */
  readonly parameters: ReadonlySet<Tensor>;
  /** Names of the values that are asked for. */
  readonly wanted: readonly string[];
}

/** Values of more entries than this stay expressions; whole numbers, which may be positions or shapes, of more than that. */
const MOST_FOLDED = 2 ** 20;
const MOST_WHOLE = 2 ** 24;

/**
 * Tensors for values of a file's graph, whose inputs and parameters have shapes: every node becomes operators of ours, and what follows from
 * shapes and constants alone is computed at once.
 * @throws {InputError} `model`, naming the node that can't be converted
 */
export function convert(conversion: Conversion): Map<string, Tensor> {
  const { graph, given, wanted } = conversion;
  const scope = scopeOf(graph, conversion, given, () => undefined);
  return new Map(wanted.map((name) => [name, scope(name, 'the model')]));
}

/** Finds the tensor of a value, for the node of that label. */
type Scope = (name: string, reader: string) => Tensor;

/**
 * The values of a graph, of which those that are asked for are made and what they need.
 * @param given values of the graph itself that are known
 * @param outer values that the graph takes from around it
 */
function scopeOf(
  graph: GraphProto,
  conversion: Conversion,
  given: ReadonlyMap<string, Tensor>,
  outer: (name: string) => Tensor | undefined,
): Scope {
  const makers = makersIn(graph);
  const stored = storedIn(graph);
  const made = new Map(given);
  const find = (name: string): Tensor | undefined => {
    const known = made.get(name);
    if (known) return known;
    const tensor = stored.get(name);
    const value = tensor ? constantOf(tensor) : makers.has(name) ? undefined : outer(name);
    if (value) made.set(name, value);
    return value;
  };
  const require: Scope = (name, reader) => {
    const value = find(name);
    if (value) return value;
    const maker = makers.get(name);
    const fault = maker ? `is no output that ${maker.type} has here` : 'is made by no node';
    throw new InputError('model', `onnx: ${reader} needs ${showValue(name)}, which ${fault}`);
  };
  return (name, reader) => {
    for (const node of neededFor(name, makers, made)) {
      const outputs = convertNode(node, conversion, require, find);
      node.outputs.forEach((output, i) => {
        if (output !== '' && outputs[i]) made.set(output, outputs[i]);
      });
    }
    return require(name, reader);
  };
}

/** Of TensorProto.DataType. */
const TEXT = 8;

/** Tensors hold no texts: each is its place in its list, as labels of classes are. */
const placesOf = ({ shape }: TensorProto): NdArray => ({
  shape,
  dtype: 'int64',
  data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => i),
});

const constants = new WeakMap<TensorProto, Tensor>();

function constantOf(tensor: TensorProto): Tensor {
  const known = constants.get(tensor);
  if (known) return known;
  const { data, shape, dtype } = tensor.type === TEXT ? placesOf(tensor) : valuesOf(tensor);
  const made = constant(data, shape, dtype);
  constants.set(tensor, made);
  return made;
}

const stores = new WeakMap<GraphProto, ReadonlyMap<string, TensorProto>>();

function storedIn(graph: GraphProto): ReadonlyMap<string, TensorProto> {
  const known = stores.get(graph) ?? new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  stores.set(graph, known);
  return known;
}

/** Nodes that are still to be converted for a value, each after those that it needs. */
function neededFor(
  name: string,
  makersByName: ReadonlyMap<string, NodeProto>,
  made: ReadonlyMap<string, Tensor>,
): NodeProto[] {
  const first = makersByName.get(name);
  if (!first || made.has(name)) return [];
  return sortNodes([first], (node) =>
    namesReadBy(node).flatMap((input) => (made.has(input) ? [] : (makersByName.get(input) ?? []))),
  );
}

function convertNode(
  node: NodeProto,
  conversion: Conversion,
  require: Scope,
  find: (name: string) => Tensor | undefined,
): readonly (Tensor | undefined)[] {
  const label = labelOf(node);
  const inputs = node.inputs.map((name) => (name === '' ? undefined : require(name, label)));
  const converter = converterOf(node, conversion.opsets);
  const outputs = named(label, converter, contextOf(node, label, inputs, conversion, find));
  const closed =
    inputs.every((input) => !input || constantValue(input)) && namesReadBy(node).length <= node.inputs.length;
  return closed ? outputs.map((output) => output && folded(output)) : outputs;
}

/** Errors of operators name the node that they are of. */
function named(label: string, converter: Converter, context: NodeContext): readonly (Tensor | undefined)[] {
  try {
    return converter(context);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.message.startsWith('onnx: ')) throw error;
    throw new InputError('model', `onnx: ${label}: ${error.message}`, { cause: error });
  }
}

function folded(tensor: Tensor): Tensor {
  if (constantValue(tensor)) return tensor;
  const whole = tensor.dtype !== 'float32' && tensor.dtype !== 'float64';
  if (sizeOf(tensor.shape) > (whole ? MOST_WHOLE : MOST_FOLDED)) return tensor;
  const [value] = evaluate([tensor], new Map());
  return constant(value!.data, value!.shape, value!.dtype);
}

const constantValue = ({ operator, attributes }: Tensor): NdArray | undefined =>
  operator.name === 'constant' ? (attributes.value as NdArray) : undefined;

function contextOf(
  node: NodeProto,
  label: string,
  inputs: readonly (Tensor | undefined)[],
  conversion: Conversion,
  find: (name: string) => Tensor | undefined,
): NodeContext {
  const fail = (message: string): never => {
    throw new InputError('model', `onnx: ${label}: ${message}`);
  };
  const input = (index: number): Tensor => inputs[index] ?? fail(`its input ${index} (counted from 0) is missing`);
  const known = (index: number) => (inputs[index] ? constantValue(inputs[index]) : undefined);
  const value = (index: number, what: string): NdArray => {
    input(index);
    return (
      known(index) ??
      fail(
        `its input ${showValue(node.inputs[index])} is ${what} that is computed from data; it must follow from shapes and constants`,
      )
    );
  };
  const attributes = attributeReader(label, node.attributes);
  return {
    label,
    opset: conversion.opsets.get(node.domain) ?? 1,
    inputs,
    attributes,
    wanted: node.outputs.map((name) => name !== ''),
    mode: conversion.mode,
    input,
    known,
    integers: (index) => [...value(index, 'a list of sizes or axes').data],
    optionalIntegers: (index) => (inputs[index] ? [...value(index, 'a list of sizes or axes').data] : undefined),
    number(index) {
      const { data } = value(index, 'a number');
      return data.length === 1
        ? data[0]!
        : fail(`its input ${index} (counted from 0) has ${data.length} values, one is needed`);
    },
    isParameter: (tensor) => conversion.parameters.has(tensor),
    body(attribute, given) {
      const graph = attributes.graph(attribute) ?? fail(`it has no graph ${showValue(attribute)}`);
      if (given.length !== graph.inputs.length)
        fail(`its graph ${showValue(attribute)} takes ${graph.inputs.length} inputs, it gets ${given.length}`);
      const own = new Map(graph.inputs.map(({ name }, i) => [name, given[i]!]));
      const scope = scopeOf(graph, conversion, own, find);
      return graph.outputs.map(({ name }) => scope(name, label));
    },
    fail,
  };
}
