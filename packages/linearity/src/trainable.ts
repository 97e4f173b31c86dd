import { InputError } from '@unbraid/checks';
import { constant, layoutOf, leavesOf, mapTree, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, type Mode, type ParamSpec } from '@unbraid/nn';
import type { TangentPoint } from './tangent-point.ts';

/** A model by the parameters that gradients move, the others being held where they are. */
export interface TrainablePoint extends TangentPoint {
  /** Flat parameters of the whole model, from those of this one; held ones are zeros unless `base` has others. */
  spread(values: Float32Array, base?: Float32Array): Float32Array;
}

/**
 * The function of weights that derivatives are taken of: parameters that no gradient moves (`fixedParam`), such as the running mean and variance of batch
 * normalization, are no weights.
 * @throws {InputError} where nothing is left
 */
export function trainableOnly(model: AnyModel, params: Float32Array): TrainablePoint {
  const specs = leavesOf<ParamSpec>(model.params);
  if (specs.every(({ value }) => value.trainable)) return { model, params, spread: (values) => values };
  const leaves = layoutOf(model.params, 'params').leaves.map((leaf, i) => ({ ...leaf, ...specs[i]!.value }));
  const [moved, held] = [leaves.filter(({ trainable }) => trainable), leaves.filter(({ trainable }) => !trainable)];
  if (moved.length === 0)
    throw new InputError(
      'model',
      'linearity: no parameter of the model is trained, so it has no weights; take another',
    );
  const own = new Float32Array(moved.reduce((total, { size }) => total + size, 0));
  const pieces = piecesOf(moved);
  for (const { from, to, size } of pieces) own.set(params.subarray(from, from + size), to);
  return {
    model: {
      ...(model.name !== undefined && { name: model.name }),
      params: Object.fromEntries(specs.filter(({ value }) => value.trainable).map(({ path, value }) => [path, value])),
      apply(tree: never, x: Tensor, mode?: Mode) {
        const all = new Map(leavesOf<Tensor>(tree).map(({ path, value }) => [path, value]));
        for (const { path, shape, offset, size } of held)
          all.set(path, constant(params.subarray(offset, offset + size), shape, x.dtype));
        const whole = mapTree<unknown, Tensor>(model.params, (_, path) => all.get(path)!);
        return applyModel(model, whole, x, mode);
      },
    },
    params: own,
    spread(values, base) {
      const whole = base ?? new Float32Array(params.length);
      for (const { from, to, size } of pieces) whole.set(values.subarray(to, to + size), from);
      return whole;
    },
  };
}

/** Where each leaf lies among all parameters, and among those that are moved. */
function piecesOf(moved: readonly { readonly offset: number; readonly size: number }[]) {
  let at = 0;
  return moved.map(({ offset, size }) => {
    at += size;
    return { from: offset, to: at - size, size };
  });
}
