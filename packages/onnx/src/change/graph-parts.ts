import { sortNodes } from '../convert/sort-nodes.ts';
import { renameIn } from '../import/rename.ts';
import type { GraphProto } from '../proto/model-proto.ts';
import { makersIn, namesReadBy } from '../proto/names.ts';

/** The graph without nodes, initializers and inputs that none of its outputs needs. */
export function keepNeeded(graph: GraphProto): GraphProto {
  const makers = makersIn(graph);
  const roots = graph.outputs.flatMap(({ name }) => makers.get(name) ?? []);
  const nodes = sortNodes(roots, (node) => namesReadBy(node).flatMap((name) => makers.get(name) ?? []));
  const read = new Set([...nodes.flatMap(namesReadBy), ...graph.outputs.map(({ name }) => name)]);
  const isRead = ({ name }: { readonly name: string }): boolean => read.has(name);
  const { values = [], ...rest } = graph;
  return {
    ...rest,
    nodes,
    initializers: graph.initializers.filter(isRead),
    inputs: graph.inputs.filter(isRead),
    ...(values.some(isRead) && { values: values.filter(isRead) }),
  };
}

/** The graph with its values called as `rename` says. */
export function renamed(graph: GraphProto, rename: (name: string) => string): GraphProto {
  const named = <T extends { readonly name: string }>(value: T): T => ({ ...value, name: rename(value.name) });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...renameIn(node, rename), name: rename(node.name) })),
    initializers: graph.initializers.map(named),
    inputs: graph.inputs.map(named),
    outputs: graph.outputs.map(named),
  };
}
