import { constant, type Graph, layoutOf, mapTree, type Tensor, trace } from '@unbraid/graph';
import { inputOf, type Reading, specsOf, type TensorSpecs } from './input-spec.ts';
import { type AnyModel, applyModel, paramsOf } from './model.ts';
import type { ParamSpec } from './param.ts';

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

/** The same with given parameters, flat, as constants of the graph. */
export function traceWithParams(
  model: AnyModel,
  readings: readonly Reading[],
  rows: number,
  params: Float32Array,
): Graph<TensorSpecs, { readonly y: Tensor }> {
  const specs = paramsOf(model);
  const places = new Map(layoutOf(specs, 'params').leaves.map((leaf) => [leaf.path, leaf]));
  const values = mapTree<ParamSpec, Tensor>(specs, ({ shape }, path) => {
    const { offset, size } = places.get(path)!;
    return constant(params.subarray(offset, offset + size), shape);
  });
  return trace(specsOf(readings, rows), (tensors) => ({
    y: applyModel(
      model,
      values,
      inputOf(model, readings, ({ key }) => tensors[key]!),
    ),
  }));
}
