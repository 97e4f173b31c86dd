import { checkSettings, finite } from '@unbraid/checks';
import { constant, layoutOf, mapTree, mul, sub, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, type Mode } from '@unbraid/nn';
import { object } from 'zod';
import { checkParams } from '../check.ts';

const settings = object({ scale: finite({ above: 0 }) });

/**
 * α (f(w) − f(w₀)): the larger α, the shorter the way that the weights have to go to fit targets of some size, and the lazier training is, at any width (Chizat, Oyallon
 * and Bach 2019). Its tangent kernel is α² that of the model, so the learning rate that does as much is α⁻² of the model's.
 * @param params w₀, flat; it is no parameter of the model that comes back
 * @throws {InputError} for a scale that is not above 0, or parameters that don't fit
 */
export function scaledModel(model: AnyModel, params: Float32Array, scale: number): AnyModel {
  checkSettings('linearity: scaledModel', settings, { scale });
  checkParams(model, params);
  const { leaves } = layoutOf(model.params, 'params');
  return {
    ...(model.name !== undefined && { name: `${model.name}, scaled by ${scale}` }),
    params: model.params,
    apply(tree: never, x: Tensor, mode?: Mode) {
      let at = 0;
      const origin = mapTree<unknown, Tensor>(model.params, () => {
        const { offset, size, shape } = leaves[at++]!;
        return constant(params.subarray(offset, offset + size), shape, x.dtype);
      }) as Tensor;
      const moved = applyModel(model, tree, x, mode);
      return mul(sub(moved, applyModel(model, origin, x)), scale);
    },
  };
}
