import { fuseProducts } from './fuse-products.ts';
import type { NdArray } from './ndarray.ts';
import { constantValue, fromNdArray } from './operators/constant.ts';
import { isInput } from './operators/input.ts';
import { sizeOf } from './shape.ts';
import type { Operator, Tensor } from './tensor.ts';
import { topologicalOrder, withInputs } from './topology.ts';

/** Constants of more elements than this stay expressions: folding them would only make the model larger. */
const MAX_FOLDED = 4096;

/**
 * The same values from fewer nodes: equal subexpressions are computed once, expressions of constants are computed now,
 * operators' own identities are applied, sums take in the product that they add to, and what no root needs is gone because nothing
 * refers to it.
 */
export function simplify(roots: readonly Tensor[]): Tensor[] {
  const unique = uniqueTensors();
  const done = new Map<Tensor, Tensor>();

  /** Simplifies `tensor`, whose inputs may be any tensors, simplified before or not. */
  const visit = (tensor: Tensor): Tensor => {
    for (const node of topologicalOrder([tensor])) {
      if (done.has(node)) continue;
      const shared = unique(withInputs(node, done));
      const simpler = fold(shared) ?? shared.operator.simplify?.(shared) ?? withoutBroadcasts(shared);
      const result = simpler && simpler !== shared ? visit(simpler) : shared;
      done.set(node, result);
      done.set(shared, result);
    }
    return done.get(tensor)!;
  };
  return fuseProducts(roots.map(visit));
}

function fold(tensor: Tensor): Tensor | undefined {
  if (tensor.inputs.length === 0 || sizeOf(tensor.shape) > MAX_FOLDED) return undefined;
  const values = tensor.inputs.map(constantValue);
  if (values.some((value) => value === undefined)) return undefined;
  return fromNdArray(tensor.operator.evaluate(values as NdArray[], tensor));
}

/** Operands of broadcasting operators need not be expanded first, as long as the result keeps its shape. */
function withoutBroadcasts(tensor: Tensor): Tensor | undefined {
  if (!tensor.operator.broadcasts) return undefined;
  for (const [i, input] of tensor.inputs.entries()) {
    if (input.operator.name !== 'broadcastTo') continue;
    const inputs = tensor.inputs.with(i, input.inputs[0]!);
    const { shape } = tensor.operator.type(inputs, tensor.attributes);
    if (shape.length === tensor.shape.length && shape.every((d, axis) => d === tensor.shape[axis])) {
      return { ...tensor, inputs };
    }
  }
  return undefined;
}

/** JSON writes −0 as 0, and NaN and both infinities as null. */
const numberKey = (x: number): number | string => (Number.isFinite(x) && !Object.is(x, -0) ? x : `${1 / x}:${x}`);

/** A function that returns the first tensor it was given with the same operator, inputs, attributes and type. */
function uniqueTensors(): (tensor: Tensor) => Tensor {
  const byKey = new Map<string, Tensor>();
  const numbers = new Map<Tensor | Operator | NdArray, number>();
  const numberOf = (x: Tensor | Operator | NdArray) => {
    const known = numbers.get(x);
    if (known !== undefined) return known;
    numbers.set(x, numbers.size);
    return numbers.size - 1;
  };
  const attributeKey = (_: string, value: unknown) => {
    if (typeof value === 'number') return numberKey(value);
    if (typeof value !== 'object' || value === null || !('data' in value)) return value;
    const array = value as NdArray;
    return array.data.length > MAX_FOLDED
      ? `#${numberOf(array)}`
      : [array.dtype, array.shape, Array.from(array.data, numberKey)];
  };
  return (tensor) => {
    if (isInput(tensor)) return tensor;
    const { operator, inputs, attributes, shape, dtype } = tensor;
    const parts = [numberOf(operator), inputs.map(numberOf), attributes, shape, dtype];
    const key = JSON.stringify(parts, attributeKey);
    const known = byKey.get(key);
    if (known) return known;
    byKey.set(key, tensor);
    return tensor;
  };
}
