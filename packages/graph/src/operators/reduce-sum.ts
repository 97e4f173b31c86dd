import { broadcastTo } from './broadcast-to.ts';
import { sumOfSquare } from './reduce-sum-square.ts';
import { keptShape, reduction } from './reduction.ts';
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
  simplify: sumOfSquare,
});
