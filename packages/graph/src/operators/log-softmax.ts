import type { Emitter } from '../onnx/emitter.ts';
import type { Tensor } from '../tensor.ts';
import { alongAxis } from './along-axis.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant } from './constant.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { addAt, singleEntries } from './pick.ts';
import { reduceSum } from './reduce-sum.ts';
import { reduce } from './reduction.ts';
import { sub } from './sub.ts';

/** ONNX Runtime's LogSoftmax loses NaN in float64. */
function emitDouble(x: string, axis: number, emitter: Emitter): string {
  const over = { axes: [axis], keepDims: true };
  const rest = emitter.node('Sub', [x, reduce('ReduceMax', x, over, emitter)]);
  const sum = reduce('ReduceSum', emitter.node('Exp', [rest]), over, emitter);
  return emitter.node('Sub', [rest, emitter.node('Log', [sum])]);
}

/** The cotangent of x where that of the result y has one entry u a row: (e^y − 1 at that entry) · −u, as cross-entropies have it. */
function crossEntropyCotangent(y: Tensor, { indices, updates }: NonNullable<ReturnType<typeof singleEntries>>): Tensor {
  const minusOne = broadcastTo(constant(-1, [], y.dtype), indices.shape);
  return mul(addAt(exp(y), indices, minusOne), neg(updates));
}

/** x − log Σ e^x along an axis (the last by default). */
export const logSoftmax = alongAxis({
  name: 'logSoftmax',
  emit: (x, { dtype, attributes: { axis } }, emitter) =>
    dtype === 'float32' ? emitter.node('LogSoftmax', [x], { axis }) : emitDouble(x, axis, emitter),
  line(x) {
    const top = Math.max(...x);
    const log = Math.log(x.reduce((sum, v) => sum + Math.exp(v - top), 0));
    return x.map((v) => v - top - log);
  },
  vjp(cotangent, node) {
    const single = node.attributes.axis === node.shape.length - 1 ? singleEntries(cotangent) : undefined;
    if (single) return [crossEntropyCotangent(node as unknown as Tensor, single)];
    const total = reduceSum(cotangent, { axes: [node.attributes.axis], keepDims: true });
    return [sub(cotangent, mul(exp(node as unknown as Tensor), total))];
  },
  jvp([t], node) {
    if (!t) return undefined;
    const y = exp(node as unknown as Tensor);
    return sub(t, reduceSum(mul(t, y), { axes: [node.attributes.axis], keepDims: true }));
  },
});
