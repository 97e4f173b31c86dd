import type { NdArray } from './ndarray.ts';
import { isInput } from './operators/input.ts';
import { ShapeError, sameShape, show } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder } from './topology.ts';

/**
 * Values of tensors computed here and now, in TypeScript and double precision, rounded to each tensor's element type. Slow:
 * meant for checking what ONNX Runtime computes, and for small graphs where there is no runtime.
 * @param inputs values of the inputs that the tensors depend on
 * @throws {ShapeError} for an input without a value of its shape
 */
export function evaluate(tensors: readonly Tensor[], inputs: ReadonlyMap<Tensor, NdArray>): NdArray[] {
  const values = new Map<Tensor, NdArray>();
  for (const tensor of topologicalOrder(tensors)) {
    const given = inputs.get(tensor);
    if (isInput(tensor) && !(given && sameShape(given.shape, tensor.shape))) {
      const found = given ? `has shape ${show(given.shape)}` : 'is missing';
      throw new ShapeError(
        `evaluate: the value of input ${String(tensor.attributes.path)} ${show(tensor.shape)} ${found}`,
      );
    }
    values.set(
      tensor,
      given ??
        tensor.operator.evaluate(
          tensor.inputs.map((input) => values.get(input)!),
          tensor,
        ),
    );
  }
  return tensors.map((tensor) => values.get(tensor)!);
}
