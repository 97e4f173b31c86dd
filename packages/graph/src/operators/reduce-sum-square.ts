import { isFloat } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './mul.ts';
import { reduceSum } from './reduce-sum.ts';
import { keptShape, type ReductionAttributes, reduction } from './reduction.ts';
import { reshape } from './reshape.ts';
import { emitSum } from './sum-form.ts';

/** Sum of squares in one pass. Users write reduceSum(mul(x, x)), which is simplified to it. */
const reduceSumSquare = reduction({
  name: 'reduceSumSquare',
  value: (entries) => entries.reduce((sum, x) => sum + x * x, 0),
  emit: (x, node, emitter) => emitSum('ReduceSumSquare', x, node, emitter),
  keepsOne: false,
  floats: true,
  vjp: (cotangent, { inputs: [x], attributes: { axes } }) => [
    mul(mul(x!, 2), reshape(cotangent, keptShape(x!.shape, axes))),
  ],
  jvp: ([t], { inputs: [x], attributes }) => t && reduceSum(mul(mul(x!, 2), t), attributes),
});

/** The sum over all axes of a square as a sum of squares. Over some axes ONNX Runtime has no fast form of it. */
export function sumOfSquare({ inputs: [square], attributes }: Tensor<ReductionAttributes>): Tensor | undefined {
  const [x, same] = square!.inputs;
  const squared = square!.operator.name === 'mul' && x === same && isFloat(square!.dtype);
  return squared && attributes.axes.length === x!.shape.length ? reduceSumSquare(x!, attributes) : undefined;
}
