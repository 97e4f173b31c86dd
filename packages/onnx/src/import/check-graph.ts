import { InputError, showValue } from '@unbraid/checks';
import { sortNodes } from '../convert/sort-nodes.ts';
import type { GraphProto, NodeProto } from '../proto/model-proto.ts';
import { labelOf, namesReadBy } from '../proto/names.ts';

/**
 * Checks that every value of a graph is made once, by something, and by nothing that needs it.
 * @throws {InputError} `model`, in one line that names value and node
 */
export function checkGraph(graph: GraphProto): void {
  const makers = new Map<string, NodeProto>();
  const known = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name));
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (makers.has(output) || known.has(output))
        throw new InputError('model', `onnx: ${labelOf(node)} makes ${showValue(output)}, which is made elsewhere too`);
      makers.set(output, node);
    }
  }
  const reads = new Map(graph.nodes.map((node) => [node, namesReadBy(node)]));
  for (const [node, names] of reads) {
    const missing = names.find((name) => !makers.has(name) && !known.has(name));
    if (missing !== undefined)
      throw new InputError(
        'model',
        `onnx: ${labelOf(node)} needs ${showValue(missing)}, which is no input, no initializer and made by no node; the file is incomplete`,
      );
  }
  const unmade = graph.outputs.find(({ name }) => !makers.has(name) && !known.has(name));
  if (unmade) throw new InputError('model', `onnx: the output ${showValue(unmade.name)} is made by no node`);
  sortNodes(graph.nodes, (node) => reads.get(node)!.flatMap((name) => makers.get(name) ?? []));
}
