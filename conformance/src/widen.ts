import type { NdArray, Tensor } from '@unbraid/graph';

/** The same computation with float64 in place of float32, from the tensors that stand in place of inputs. */
export function widen(roots: readonly Tensor[], inPlace: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const made = new Map(inPlace);
  const stack = [...roots];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const open = made.has(top) ? [] : top.inputs.filter((x) => !made.has(x));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    if (!made.has(top)) made.set(top, widened(top, made));
  }
  return roots.map((root) => made.get(root)!);
}

function widened(tensor: Tensor, made: ReadonlyMap<Tensor, Tensor>): Tensor {
  // An input that is no float.
  if (tensor.operator.name === 'input') return tensor;
  const inputs = tensor.inputs.map((x) => made.get(x)!);
  const attributes = Object.fromEntries(Object.entries(tensor.attributes).map(([key, value]) => [key, wide(value)]));
  return { ...tensor, inputs, attributes, dtype: wide(tensor.dtype) } as Tensor;
}

/** An attribute that names the type or has it. */
function wide<T>(value: T): T {
  if (value === 'float32') return 'float64' as T;
  if (
    typeof value === 'object' &&
    value !== null &&
    'dtype' in value &&
    (value as unknown as NdArray).dtype === 'float32'
  )
    return { ...value, dtype: 'float64' };
  return value;
}
