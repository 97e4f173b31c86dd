import type { Tensor } from '../tensor.ts';
import { topologicalOrder } from '../topology.ts';
import { zerosLike } from './reverse.ts';

/**
 * Jv forward: how the outputs change when each tensor of `wrt` moves along its tangent. One sweep through the jvp rule of
 * each operator; tensors of `wrt` are treated as independent of each other.
 */
export function pushforward(outputs: readonly Tensor[], wrt: readonly Tensor[], tangents: readonly Tensor[]): Tensor[] {
  const known = new Map<Tensor, Tensor | undefined>(wrt.map((tensor, i) => [tensor, tangents[i]]));
  for (const tensor of topologicalOrder(outputs)) {
    if (known.has(tensor)) continue;
    const inputs = tensor.inputs.map((input) => known.get(input));
    known.set(tensor, inputs.some((t) => t !== undefined) ? tensor.operator.jvp?.(inputs, tensor) : undefined);
  }
  return outputs.map((output) => known.get(output) ?? zerosLike(output));
}
