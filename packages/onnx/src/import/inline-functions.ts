import { InputError, showValue } from '@unbraid/checks';
import { isKnown } from '../convert/registry.ts';

import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from '../proto/model-proto.ts';
import { renameIn, withAttributes } from './rename.ts';

/** Nodes that a graph may have once its functions are written out. */
const MOST_NODES = 250_000;
/** Functions that call each other. */
const DEPTH = 64;

/**
 * The graph of a model with each use of a function of the file's own replaced by the nodes that it stands for.
 * @throws {InputError} `limit`, where functions call themselves or make too many nodes
 */
export function inlineFunctions({ graph, functions }: ModelProto): GraphProto {
  if (functions.size === 0) return graph;
  let count = 0;
  const inGraph = (given: GraphProto, depth: number): GraphProto => ({
    ...given,
    nodes: given.nodes.flatMap((node) => inNode(node, depth)),
  });
  const inNode = (node: NodeProto, depth: number): NodeProto[] => {
    if (depth > DEPTH) throw new InputError('limit', `onnx: the function ${showValue(node.type)} calls itself`);
    const definition = functions.get(`${node.domain}:${node.type}`);
    if (definition && !isKnown(node)) return bodyOf(definition, node).flatMap((inner) => inNode(inner, depth + 1));
    if (++count > MOST_NODES)
      throw new InputError('limit', `onnx: the functions of the file make more than ${MOST_NODES} nodes`);
    return [withAttributes(node, (each) => (each.graph ? { ...each, graph: inGraph(each.graph, depth) } : each))];
  };
  return inGraph(graph, 0);
}

/** The nodes of a function where `use` stands: its inputs, outputs and attributes put in, all other values with names of their own. */
function bodyOf(definition: FunctionProto, use: NodeProto): NodeProto[] {
  const prefix = `${use.name || (use.outputs.find((name) => name !== '') ?? use.type)}/`;
  const names = new Map([
    ...definition.inputs.map((name, i) => [name, use.inputs[i] ?? ''] as const),
    ...definition.outputs.map((name, i) => [name, use.outputs[i] || `${prefix}${name}`] as const),
  ]);
  const rename = (name: string): string => (name === '' ? '' : (names.get(name) ?? `${prefix}${name}`));
  return definition.nodes.map((node) => {
    const renamed = renameIn(node, rename);
    const title = `${prefix}${node.name || node.type}`;
    return { ...withReferences(renamed, use, definition), name: title };
  });
}

/** Attributes that name one of the function's own get the value that the use gives it, or that it has by default. */
function withReferences(node: NodeProto, use: NodeProto, definition: FunctionProto): NodeProto {
  const attributes = new Map<string, AttributeProto>();
  for (const [key, each] of node.attributes) {
    const value =
      each.reference === undefined
        ? each
        : (use.attributes.get(each.reference) ?? definition.defaults.get(each.reference));
    if (value) attributes.set(key, value);
  }
  const inner = { ...node, attributes };
  return withAttributes(inner, (each) =>
    each.graph
      ? {
          ...each,
          graph: {
            ...each.graph,
            nodes: each.graph.nodes.map((child) => withReferences(child, use, definition)),
          },
        }
      : each,
  );
}
