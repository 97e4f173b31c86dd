import type { Tensor } from '../tensor.ts';
import { topologicalOrder, withInputs } from '../topology.ts';

/** The same values without host operators: each is replaced by its meaning. */
export function expandHost(roots: readonly Tensor[]): Tensor[] {
  const made = new Map<Tensor, Tensor>();
  const visit = (tensor: Tensor): Tensor => {
    for (const node of topologicalOrder([tensor])) {
      if (made.has(node)) continue;
      const own = withInputs(node, made);
      made.set(node, node.operator.host ? visit(node.operator.host.meaning(own.inputs)) : own);
    }
    return made.get(tensor)!;
  };
  return roots.map(visit);
}
