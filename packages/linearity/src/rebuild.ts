import type { Tensor } from '@unbraid/graph';

/**
 * A function that makes tensors anew, each once, from what it made of their inputs.
 * @param change told a tensor on its new inputs and as it was; returns what takes its place, or undefined where nothing does
 */
export function rebuilder(change: (own: Tensor, tensor: Tensor) => Tensor | undefined): (tensor: Tensor) => Tensor {
  const made = new Map<Tensor, Tensor>();
  const rebuild = (tensor: Tensor): Tensor => {
    const known = made.get(tensor);
    if (known) return known;
    const inputs = tensor.inputs.map(rebuild);
    const same = inputs.every((input, i) => input === tensor.inputs[i]);
    const own = same ? tensor : { ...tensor, inputs };
    const result = change(own, tensor) ?? own;
    made.set(tensor, result);
    return result;
  };
  return rebuild;
}
