import type { Emitter } from '../onnx/emitter.ts';
import type { Tensor } from '../tensor.ts';
import { chain } from './chain.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { reduceSum } from './reduce-sum.ts';
import { keptShape, type ReductionAttributes, reduce, reduction } from './reduction.ts';
import { reshape } from './reshape.ts';
import { emitSum } from './sum-form.ts';
import { where } from './where.ts';

/** x / |x|, the gradient; 0 where the norm is 0, which is its subgradient of least length. */
function direction(node: Tensor<ReductionAttributes>): Tensor {
  const [x] = node.inputs as [Tensor];
  const y = reshape(node as unknown as Tensor, keptShape(x.shape, node.attributes.axes));
  const zero = equal(y, 0);
  return where(zero, 0, div(x, where(zero, 1, y)));
}

/** Scaled by the largest entry, so that squares neither overflow nor vanish; an infinite entry makes the norm infinite. */
function emitNorm(x: string, node: Tensor<ReductionAttributes>, emitter: Emitter): string {
  const { dtype, attributes } = node;
  const { axes } = attributes;
  const size = emitter.node('Abs', [x]);
  if (axes.length === 0) return size;
  const top = reduce('ReduceMax', size, { axes, keepDims: true }, emitter);
  const zero = emitter.scalar(dtype, 0);
  // Not 0, and not infinite; a NaN in it is found by the sum too.
  const usable = emitter.node('And', [
    emitter.node('Greater', [top, zero]),
    emitter.node('Less', [top, emitter.scalar(dtype, Number.POSITIVE_INFINITY)]),
  ]);
  const scale = emitter.node('Where', [usable, top, emitter.scalar(dtype, 1)]);
  const scaled = emitter.node('Div', [x, scale]);
  const sum = emitSum(
    'ReduceSum',
    emitter.node('Mul', [scaled, scaled]),
    { ...node, shape: keptShape(node.inputs[0]!.shape, axes), attributes: { axes, keepDims: true } },
    emitter,
  );
  const result = emitter.node('Mul', [scale, emitter.node('Sqrt', [sum])]);
  return attributes.keepDims ? result : emitter.node('Squeeze', [result, emitter.int64s(axes)]);
}

/** The square root of the sum of squares over axes (all of them without `axes`), in any range of numbers. Its derivative at 0 is taken to be 0. */
export const norm = reduction({
  name: 'norm',
  value: (entries) => {
    const top = entries.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    if (top === 0 || !Number.isFinite(top)) return top;
    return top * Math.sqrt(entries.reduce((sum, x) => sum + (x / top) ** 2, 0));
  },
  emit: emitNorm,
  keepsOne: false,
  floats: true,
  vjp: (cotangent, node) => {
    const kept = reshape(cotangent, keptShape(node.inputs[0]!.shape, node.attributes.axes));
    return [chain(kept, direction(node))];
  },
  jvp: ([t], node) => t && reduceSum(chain(t, direction(node)), node.attributes),
});
