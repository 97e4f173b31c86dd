import type { Tensor } from './tensor.ts';

/** Every tensor that `roots` are computed from, each after its inputs. Iterative, so that depth has no limit. */
export function topologicalOrder(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { tensor: Tensor; next: number }[] = [];
  const enter = (tensor: Tensor) => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    stack.push({ tensor, next: 0 });
  };
  for (const root of roots) {
    enter(root);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const input = top.tensor.inputs[top.next++];
      if (input) enter(input);
      else order.push(stack.pop()!.tensor);
    }
  }
  return order;
}

/** The tensors of `order` that read each tensor that is read, once for each operand. */
export function readersIn(order: readonly Tensor[]): Map<Tensor, Tensor[]> {
  const readers = new Map<Tensor, Tensor[]>();
  for (const tensor of order) {
    for (const input of tensor.inputs) {
      const known = readers.get(input);
      if (known) known.push(tensor);
      else readers.set(input, [tensor]);
    }
  }
  return readers;
}

/** How many operands of `order`, and of `results`, each tensor is that is one. */
export function usesIn(order: readonly Tensor[], results: readonly Tensor[]): Map<Tensor, number> {
  const uses = new Map<Tensor, number>();
  const count = (tensor: Tensor) => void uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  for (const { inputs } of order) inputs.forEach(count);
  results.forEach(count);
  return uses;
}

/** Those of `order` whose value depends on a member of `sources`, the members included. */
export function dependents(order: readonly Tensor[], sources: ReadonlySet<Tensor>): Set<Tensor> {
  const found = new Set<Tensor>();
  for (const tensor of order) {
    if (sources.has(tensor) || tensor.inputs.some((input) => found.has(input))) found.add(tensor);
  }
  return found;
}

/** `roots` with some tensors replaced by others of the same shape and element type. */
export function substitute(roots: readonly Tensor[], replacements: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const made = new Map(replacements);
  for (const tensor of topologicalOrder(roots)) {
    if (made.has(tensor)) continue;
    made.set(tensor, withInputs(tensor, made));
  }
  return roots.map((root) => made.get(root)!);
}

/** A tensor computed from what was made of its inputs; itself where they are the same. */
export function withInputs(tensor: Tensor, made: ReadonlyMap<Tensor, Tensor>): Tensor {
  const inputs = tensor.inputs.map((input) => made.get(input)!);
  return inputs.every((input, i) => input === tensor.inputs[i]) ? tensor : { ...tensor, inputs };
}
