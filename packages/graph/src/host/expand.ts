import type { Tensor } from '../tensor.ts';
import { topologicalOrder, withInputs } from '../topology.ts';
import { hostFormOf } from './host-form.ts';

/** The same values without host operators: each is replaced by its meaning. */
export function expandHost(roots: readonly Tensor[]): Tensor[] {
  const made = new Map<Tensor, Tensor>();
  const visit = (tensor: Tensor): Tensor => {
    for (const node of topologicalOrder([tensor])) {
      if (made.has(node)) continue;
      const own = withInputs(node, made);
      const host = hostFormOf(node);
      made.set(node, host ? visit(host.meaning(own.inputs)) : own);
    }
    return made.get(tensor)!;
  };
  return roots.map(visit);
}
