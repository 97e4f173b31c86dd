import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './model-proto.ts';

/** The model with every tensor, those in attributes and in graphs in them too, replaced by what `change` makes of it. */
export function mapTensors(model: ModelProto, change: (tensor: TensorProto) => TensorProto): ModelProto {
  const attribute = (given: AttributeProto): AttributeProto => ({
    ...given,
    ...(given.tensor && { tensor: change(given.tensor) }),
    ...(given.graph && { graph: graph(given.graph) }),
  });
  const node = (given: NodeProto): NodeProto => {
    const held = [...given.attributes.values()].some((each) => each.tensor ?? each.graph);
    if (!held) return given;
    return { ...given, attributes: new Map([...given.attributes].map(([key, each]) => [key, attribute(each)])) };
  };
  const graph = (given: GraphProto): GraphProto => ({
    ...given,
    nodes: given.nodes.map(node),
    initializers: given.initializers.map(change),
  });
  const functions = [...model.functions].map(([key, each]) => [key, { ...each, nodes: each.nodes.map(node) }] as const);
  return { ...model, graph: graph(model.graph), functions: new Map(functions) };
}
