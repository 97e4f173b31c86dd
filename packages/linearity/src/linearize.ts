import {
  add,
  broadcastTo,
  constant,
  jvp,
  layoutOf,
  leavesOf,
  mapTree,
  stopGradient,
  sub,
  type Tensor,
} from '@unbraid/graph';
import {
  type AnyModel,
  applyModel,
  fixedParam,
  type Initializer,
  type Mode,
  type Model,
  type ParamSpec,
} from '@unbraid/nn';
import { checkParams } from './check.ts';

/** The weights, and the point of the expansion, which stays: both trees like the model's own. */
export type LinearizedParams = { readonly weights: ParamSpec; readonly origin: ParamSpec };

/**
 * The tangent model at w₀: f_lin(w; x) = f(w₀; x) + ∇f(w₀; x) · (w − w₀), to be evaluated and trained like any model. Both w and w₀ are
 * among its parameters, w₀ fixed; `initialize` gives w = w₀. What the model does not train is no weight: it stays as it is in w₀, also in training. A step of
 * gradient descent costs about two of the model itself. Its values are exact but for rounding.
 * @param params w₀, flat
 * @throws {InputError} for parameters of another number, or that are not finite
 */
export function linearize(model: AnyModel, params: Float32Array): Model<LinearizedParams> {
  checkParams(model, params);
  const { leaves } = layoutOf(model.params, 'params');
  const origins = leavesOf<ParamSpec>(model.params).map(({ value }, i) => {
    const { offset, size } = leaves[i]!;
    return { ...value, initializer: given(params.subarray(offset, offset + size)) };
  });
  const tree = (make: (spec: ParamSpec) => ParamSpec) => {
    let at = 0;
    // The tree is of unknown depth, which types can't follow: it is handed on as it comes.
    return mapTree<unknown, ParamSpec>(model.params, () => make(origins[at++]!)) as ParamSpec;
  };
  return {
    name: `tangent model of ${model.name ?? 'a model'}`,
    params: { weights: tree((spec) => spec), origin: tree(({ shape, initializer }) => fixedParam(shape, initializer)) },
    apply({ weights, origin }, x, mode) {
      const fixed = mapTree<unknown, Tensor>(origin, (leaf) => stopGradient(leaf as Tensor)) as Tensor;
      const direction = differenceOf(model, weights, fixed);
      const { value, tangent } = jvp((w: Tensor) => applyModel(model, w, x, mode && settledIn(mode)), fixed, direction);
      return add(value, tangent);
    },
  };
}

const given = (values: Float32Array): Initializer => ({ fill: (out) => out.set(values) });

/** Running statistics belong to w₀, which stays. */
const settledIn = (mode: Mode): Mode => ({ ...mode, update() {} });

/** a − b leaf by leaf where the model trains it, else zeros. */
function differenceOf(model: AnyModel, a: Tensor, b: Tensor): Tensor {
  const [specs, others] = [leavesOf<ParamSpec>(model.params), leavesOf<Tensor>(b)];
  let at = 0;
  return mapTree<unknown, Tensor>(a, (leaf) => {
    const i = at++;
    const zeros = () => broadcastTo(constant(0, [], leaf.dtype), leaf.shape);
    return specs[i]!.value.trainable ? sub(leaf as Tensor, others[i]!.value) : zeros();
  }) as Tensor;
}
