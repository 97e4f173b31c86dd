import { isFloat } from '../dtype.ts';
import { add } from '../operators/add.ts';
import { broadcastTo } from '../operators/broadcast-to.ts';
import { constant } from '../operators/constant.ts';
import type { Tensor } from '../tensor.ts';
import { dependents, topologicalOrder } from '../topology.ts';

export const zerosLike = ({ shape, dtype }: Tensor): Tensor => broadcastTo(constant(0, [], dtype), shape);
export const onesLike = ({ shape, dtype }: Tensor): Tensor => broadcastTo(constant(1, [], dtype), shape);

/**
 * Jᵀv in reverse: what a change of each tensor of `wrt` does to Σ ⟨outputᵢ, cotangentᵢ⟩. One sweep from the outputs back,
 * through the vjp rule of each operator; tensors of `wrt` are treated as independent of each other.
 */
export function pullback(outputs: readonly Tensor[], cotangents: readonly Tensor[], wrt: readonly Tensor[]): Tensor[] {
  const order = topologicalOrder(outputs);
  const sources = new Set(wrt);
  const active = dependents(order, sources);
  const sums = new Map<Tensor, Tensor>();
  const collect = (tensor: Tensor, ct: Tensor) => {
    const sum = sums.get(tensor);
    sums.set(tensor, sum ? add(sum, ct) : ct);
  };
  outputs.forEach((output, i) => {
    collect(output, cotangents[i]!);
  });
  for (const tensor of order.toReversed()) {
    const ct = sums.get(tensor);
    if (!ct || sources.has(tensor) || !active.has(tensor)) continue;
    const wanted = tensor.inputs.map((input) => active.has(input) && isFloat(input.dtype));
    tensor.operator.vjp?.(ct, tensor, wanted).forEach((inputCt, i) => {
      if (inputCt && wanted[i]) collect(tensor.inputs[i]!, inputCt);
    });
  }
  return wrt.map((tensor) => sums.get(tensor) ?? zerosLike(tensor));
}
