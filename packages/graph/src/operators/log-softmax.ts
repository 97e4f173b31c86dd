import type { Tensor } from '../tensor.ts';
import { alongAxis } from './along-axis.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { reduceSum } from './reduce-sum.ts';
import { sub } from './sub.ts';

/** x − log Σ e^x along an axis (the last by default). */
export const logSoftmax = alongAxis({
  name: 'logSoftmax',
  onnx: 'LogSoftmax',
  line(x) {
    const top = Math.max(...x);
    const log = top + Math.log(x.reduce((sum, v) => sum + Math.exp(v - top), 0));
    return x.map((v) => v - log);
  },
  vjp(cotangent, node) {
    const total = reduceSum(cotangent, { axes: [node.attributes.axis], keepDims: true });
    return [sub(cotangent, mul(exp(node as unknown as Tensor), total))];
  },
  jvp([t], node) {
    if (!t) return undefined;
    const y = exp(node as unknown as Tensor);
    return sub(t, reduceSum(mul(t, y), { axes: [node.attributes.axis], keepDims: true }));
  },
});
