import type { Tensor } from '../tensor.ts';
import { broadcastTo } from './broadcast-to.ts';
import { sumOfSquare } from './reduce-sum-square.ts';
import { keptShape, type ReductionAttributes, reduction } from './reduction.ts';
import { reshape } from './reshape.ts';
import { emitSum } from './sum-form.ts';

/** Sum over axes; over all of them without `axes`. */
export const reduceSum = reduction({
  name: 'reduceSum',
  value: (entries) => entries.reduce((sum, x) => sum + x, 0),
  emit: (x, node, emitter) => emitSum('ReduceSum', x, node, emitter),
  keepsOne: true,
  vjp: (cotangent, { inputs: [x], attributes: { axes } }) => [
    broadcastTo(reshape(cotangent, keptShape(x!.shape, axes)), x!.shape),
  ],
  jvp: ([t], { attributes }) => t && reduceSum(t, attributes),
  simplify: (node) => sumOfSquare(node) ?? sumOfReshaped(node),
});

/** The sum over everything doesn't ask for the shape. */
function sumOfReshaped({ inputs: [x], attributes, shape }: Tensor<ReductionAttributes>): Tensor | undefined {
  const all = attributes.axes.length === x!.shape.length;
  return all && x!.operator.name === 'reshape' ? reshape(reduceSum(x!.inputs[0]!), shape) : undefined;
}
