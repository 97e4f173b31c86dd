import type { AttributeProto, NodeProto } from '../proto/model-proto.ts';
import { namesIn } from '../proto/names.ts';

/** A node whose values are called differently, those that graphs in its attributes take from around them too. */
export function renameIn(node: NodeProto, rename: (name: string) => string): NodeProto {
  const renamed = { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
  return withAttributes(renamed, (each) => {
    if (!each.graph) return each;
    const { graph } = each;
    const own = namesIn(graph);
    const inner = (name: string): string => (own.has(name) ? name : rename(name));
    const outputs = graph.outputs.map((value) => ({ ...value, name: inner(value.name) }));
    return { ...each, graph: { ...graph, nodes: graph.nodes.map((child) => renameIn(child, inner)), outputs } };
  });
}

/** The node with each attribute replaced by what `change` makes of it, where one holds a graph. */
export function withAttributes(node: NodeProto, change: (attribute: AttributeProto) => AttributeProto): NodeProto {
  if (![...node.attributes.values()].some(({ graph }) => graph)) return node;
  return { ...node, attributes: new Map([...node.attributes].map(([key, each]) => [key, change(each)])) };
}
