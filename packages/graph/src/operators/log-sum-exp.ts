import type { DType } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { chain } from './chain.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { exp } from './exp.ts';
import { reduceMax } from './reduce-max.ts';
import { reduceSum } from './reduce-sum.ts';
import { keptShape, type ReductionAttributes, reduce, reduction } from './reduction.ts';
import { reshape } from './reshape.ts';
import { stopGradient } from './stop-gradient.ts';
import { sub } from './sub.ts';
import { emitSum } from './sum-form.ts';
import { where } from './where.ts';

/**
 * The gradient, which is the softmax of x: 0 where every entry is −∞, and shared by the entries that are +∞ where there are such. Not
 * e^(x − y), which has lost the digits that y doesn't have. It doesn't depend on the shift, which therefore counts as a constant.
 */
function weights(node: Tensor<ReductionAttributes>): Tensor {
  const [x] = node.inputs as [Tensor];
  const over = { axes: node.attributes.axes, keepDims: true };
  const top = stopGradient(reduceMax(x, over));
  const infinite = equal(top, Number.POSITIVE_INFINITY);
  const shift = where(infinite, 0, where(equal(top, Number.NEGATIVE_INFINITY), 0, top));
  const powers = exp(sub(x, shift));
  const sum = reduceSum(powers, over);
  const winners = cast(equal(x, top), x.dtype);
  return where(infinite, div(winners, reduceSum(winners, over)), div(powers, where(equal(sum, 0), 1, sum)));
}

function emitLogSumExp(x: string, node: Tensor<ReductionAttributes>, emitter: Emitter): string {
  const { dtype, attributes } = node;
  const { axes } = attributes;
  const shape = keptShape(node.inputs[0]!.shape, axes);
  const top = finiteOrZero(reduce('ReduceMax', x, { axes, keepDims: true }, emitter), dtype, emitter);
  const powers = emitter.node('Exp', [emitter.node('Sub', [x, top])]);
  const sum = emitSum('ReduceSum', powers, { ...node, shape, attributes: { axes, keepDims: true } }, emitter);
  const result = emitter.node('Add', [emitter.node('Log', [sum]), top]);
  return attributes.keepDims ? result : emitter.node('Squeeze', [result, emitter.int64s(axes)]);
}

function finiteOrZero(x: string, dtype: DType, emitter: Emitter): string {
  const finite = emitter.node('And', [
    emitter.node('Greater', [x, emitter.scalar(dtype, Number.NEGATIVE_INFINITY)]),
    emitter.node('Less', [x, emitter.scalar(dtype, Number.POSITIVE_INFINITY)]),
  ]);
  return emitter.node('Where', [finite, x, emitter.scalar(dtype, 0)]);
}

/** log Σ e^x over axes (all of them without `axes`), without overflow; −∞ where every entry is. */
export const logSumExp = reduction({
  name: 'logSumExp',
  value: (entries) => {
    const top = entries.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const above = Number.isFinite(top) ? top : 0;
    return above + Math.log(entries.reduce((sum, x) => sum + Math.exp(x - above), 0));
  },
  emit: emitLogSumExp,
  keepsOne: true,
  needsEntries: true,
  floats: true,
  vjp: (cotangent, node) => [
    chain(reshape(cotangent, keptShape(node.inputs[0]!.shape, node.attributes.axes)), weights(node)),
  ],
  jvp: ([t], node) => t && reduceSum(chain(t, weights(node)), node.attributes),
});
