import type { Named } from '../onnx/emit.ts';
import type { Tensor } from '../tensor.ts';
import { readersIn } from '../topology.ts';

/** What one call computes, of what it is given. */
export interface Call {
  /** Each after what it is computed from. */
  readonly order: readonly Tensor[];
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
}

/**
 * The same call without the reshapes at its ends: an input of which only a reshape is read, and an output that is a reshape, are memory that
 * may as well be seen under the other shape. Inputs and outputs keep their names and their order.
 */
export function withoutOuterReshapes({ order, inputs, outputs }: Call): Call {
  const readers = readersIn(order);
  const results = new Set(outputs.map(({ tensor }) => tensor));
  const dropped = new Set<Tensor>();
  const given = inputs.map((input): Named => {
    const [reader, ...others] = readers.get(input.tensor) ?? [];
    if (reader?.operator.name !== 'reshape' || others.length > 0) return input;
    if (results.has(input.tensor) || results.has(reader)) return input;
    dropped.add(reader);
    return { ...input, tensor: reader };
  });
  const computed = new Set(order);
  const made = outputs.map((output): Named => {
    const { operator, inputs: of } = output.tensor;
    const [source] = of as [Tensor];
    if (operator.name !== 'reshape' || dropped.has(source) || !computed.has(source) || results.has(source))
      return output;
    if (readers.has(output.tensor) || outputs.some((other) => other !== output && other.tensor === output.tensor))
      return output;
    results.add(source);
    dropped.add(output.tensor);
    return { ...output, tensor: source };
  });
  return { order: order.filter((tensor) => !dropped.has(tensor)), inputs: given, outputs: made };
}
