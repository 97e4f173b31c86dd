import { type Graph, type Tensor, trace } from '@unbraid/graph';
import { inputOf, type Reading, specsOf, type TensorSpecs } from './input-spec.ts';
import { type AnyModel, applyModel, paramsOf } from './model.ts';

/**
 * The graph of the model's output `y` in inference, for `rows` rows of what it reads; its parameters are the input `params`.
 * @throws {ShapeError} from the layer that can't take the inputs
 */
export function traceOutputs(
  model: AnyModel,
  readings: readonly Reading[],
  rows: number,
): Graph<TensorSpecs, { readonly y: Tensor }> {
  const specs: TensorSpecs = { params: paramsOf(model), ...specsOf(readings, rows) };
  return trace(specs, (tensors) => ({
    y: applyModel(
      model,
      tensors.params,
      inputOf(model, readings, ({ key }) => tensors[key]!),
    ),
  }));
}
