import { isFloat } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { chosen } from './chain.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { unbounded } from './known.ts';
import { mul } from './mul.ts';
import { emitAnyNan, emitNanWhere } from './nan-form.ts';
import { reduceSum } from './reduce-sum.ts';
import { keptShape, type ReductionAttributes, reduce } from './reduction.ts';
import { reshape } from './reshape.ts';

/** Which entries attain the maximum or minimum, and how many of them. */
function attained(node: Tensor<ReductionAttributes>): { readonly where: Tensor; readonly count: Tensor } {
  const [x] = node.inputs as [Tensor];
  const { axes } = node.attributes;
  const where = equal(x, reshape(node as unknown as Tensor, keptShape(x.shape, axes)));
  return { where, count: reduceSum(cast(where, x.dtype), { axes, keepDims: true }) };
}

/** The derivative is shared equally by the entries that attain the extremum; it is NaN where that is. */
export const extremumRules = {
  vjp: (cotangent: Tensor, node: Tensor<ReductionAttributes>) => {
    const { where, count } = attained(node);
    const kept = reshape(cotangent, keptShape(node.inputs[0]!.shape, node.attributes.axes));
    // Nothing of an infinite cotangent is nothing. Without an entry that attains it, which is where there is a NaN, 0 / 0 is NaN.
    return [unbounded(kept) ? chosen(div(kept, count), where) : mul(kept, div(cast(where, kept.dtype), count))];
  },
  jvp: ([t]: readonly (Tensor | undefined)[], node: Tensor<ReductionAttributes>) => {
    if (!t) return undefined;
    const { where, count } = attained(node);
    return div(reduceSum(chosen(t, where), node.attributes), reshape(count, node.shape));
  },
};

/** The ONNX form of a maximum or minimum. */
export const emitExtremum =
  (type: 'ReduceMax' | 'ReduceMin') =>
  (x: string, { dtype, attributes }: Tensor<ReductionAttributes>, emitter: Emitter): string => {
    const extremum = reduce(type, x, attributes, emitter);
    if (!isFloat(dtype)) return extremum;
    return emitNanWhere(emitAnyNan(x, attributes, emitter), extremum, dtype, emitter);
  };
