import type { Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { reduceSum } from './reduce-sum.ts';
import { keptShape, type ReductionAttributes } from './reduction.ts';
import { reshape } from './reshape.ts';

/** How the derivative of a maximum or minimum is shared: equally among the entries that attain it. */
function shares(node: Tensor<ReductionAttributes>): Tensor {
  const [x] = node.inputs as [Tensor];
  const { axes } = node.attributes;
  const attained = cast(equal(x, reshape(node as unknown as Tensor, keptShape(x.shape, axes))), x.dtype);
  return div(attained, reduceSum(attained, { axes, keepDims: true }));
}

export const extremumRules = {
  vjp: (cotangent: Tensor, node: Tensor<ReductionAttributes>) => {
    const kept = keptShape(node.inputs[0]!.shape, node.attributes.axes);
    return [mul(reshape(cotangent, kept), shares(node))];
  },
  jvp: ([t]: readonly (Tensor | undefined)[], node: Tensor<ReductionAttributes>) =>
    t && reduceSum(mul(t, shares(node)), node.attributes),
};
