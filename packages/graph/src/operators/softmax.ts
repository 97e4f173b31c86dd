import type { Tensor } from '../tensor.ts';
import { alongAxis } from './along-axis.ts';
import { chain } from './chain.ts';
import { zerosIn } from './known.ts';
import { mul } from './mul.ts';
import { reduceSum } from './reduce-sum.ts';
import { sub } from './sub.ts';

/**
 * y · (t − Σ t·y): the Jacobian is symmetric, so it serves both directions. A line of nothing but −∞ has a y of NaN, which models leave out by
 * `where`: what is exactly 0 of such a t stays 0.
 */
function product(t: Tensor, y: Tensor, axis: number): Tensor {
  const over = { axes: [axis], keepDims: true };
  if (zerosIn(t) !== 'chosen') return mul(y, sub(t, reduceSum(mul(t, y), over)));
  const own = chain(t, y);
  return sub(own, chain(reduceSum(own, over), y));
}

/** e^x over its sum along an axis (the last by default). */
export const softmax = alongAxis({
  name: 'softmax',
  emit: (x, { attributes: { axis } }, emitter) => emitter.node('Softmax', [x], { axis }),
  line(x) {
    const top = Math.max(...x);
    const powers = x.map((v) => Math.exp(v - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((v) => v / sum);
  },
  vjp: (cotangent, node) => [product(cotangent, node as unknown as Tensor, node.attributes.axis)],
  jvp: ([t], node) => t && product(t, node as unknown as Tensor, node.attributes.axis),
});
