import { listed } from '@unbraid/checks';
import type { GraphProto, NodeProto } from './model-proto.ts';

/** A node in the words of its file, in one line whatever these are. */
export const labelOf = ({ type, name, outputs }: NodeProto): string =>
  `${listed([type || 'node'])} ${listed([name || (outputs[0] ?? '')])}`;

const makers = new WeakMap<GraphProto, ReadonlyMap<string, NodeProto>>();

/** The node that makes each value of a graph. */
export function makersIn(graph: GraphProto): ReadonlyMap<string, NodeProto> {
  const known = makers.get(graph);
  if (known) return known;
  const found = new Map<string, NodeProto>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') found.set(output, node);
  makers.set(graph, found);
  return found;
}

/** Names of the values that are a graph's own: its inputs, initializers and what its nodes make. */
export const namesIn = (graph: GraphProto): ReadonlySet<string> =>
  new Set([
    ...[...graph.inputs, ...graph.initializers].map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);

/** Values that a node reads, those that graphs in its attributes take from around them too. */
export function namesReadBy(node: NodeProto): string[] {
  const names = node.inputs.filter((name) => name !== '');
  for (const { graph } of node.attributes.values()) if (graph) names.push(...namesFromAround(graph));
  return names;
}

function namesFromAround(graph: GraphProto): string[] {
  const own = namesIn(graph);
  const read = [...graph.nodes.flatMap(namesReadBy), ...graph.outputs.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}
