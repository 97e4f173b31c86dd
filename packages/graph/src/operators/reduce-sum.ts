import { broadcastTo } from './broadcast-to.ts';
import { sumOfSquare } from './reduce-sum-square.ts';
import { keptShape, reduction } from './reduction.ts';
import { reshape } from './reshape.ts';

/** Sum over axes; over all of them without `axes`. */
export const reduceSum = reduction({
  name: 'reduceSum',
  onnx: 'ReduceSum',
  start: 0,
  step: (sum, x) => sum + x,
  vjp: (cotangent, { inputs: [x], attributes: { axes } }) => [
    broadcastTo(reshape(cotangent, keptShape(x!.shape, axes)), x!.shape),
  ],
  jvp: ([t], { attributes }) => t && reduceSum(t, attributes),
  simplify: sumOfSquare,
});
