import type { Tensor } from '../tensor.ts';
import { topologicalOrder } from '../topology.ts';

/** The same values without host operators: each is replaced by its meaning. */
export function expandHost(roots: readonly Tensor[]): Tensor[] {
  const made = new Map<Tensor, Tensor>();
  const visit = (tensor: Tensor): Tensor => {
    for (const node of topologicalOrder([tensor])) {
      if (made.has(node)) continue;
      const inputs = node.inputs.map((input) => made.get(input)!);
      if (node.operator.host) made.set(node, visit(node.operator.host.meaning(inputs)));
      else made.set(node, inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs });
    }
    return made.get(tensor)!;
  };
  return roots.map(visit);
}
