import { broadcastReader, build } from '../ndarray.ts';
import { broadcastShapes, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { checkSameType } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant, lift, uniformValue } from './constant.ts';
import { sumTo } from './sum-to.ts';

const zero = (like: Tensor) => constant(0, [], like.dtype);

const operator: Operator = {
  name: 'where',
  type([condition, a, b]) {
    if (condition!.dtype !== 'bool') {
      throw new ShapeError(`where: the condition is ${condition!.dtype}${show(condition!.shape)}, bool is needed`);
    }
    checkSameType('where', a!, b!);
    const both = broadcastShapes('where', a!.shape, b!.shape);
    return { shape: broadcastShapes('where', condition!.shape, both), dtype: a!.dtype };
  },
  evaluate(inputs, { shape, dtype }) {
    const [condition, a, b] = inputs.map(broadcastReader);
    return build(shape, dtype, (_, index) => (condition!(index) ? a!(index) : b!(index)));
  },
  vjp(cotangent, { inputs: [condition, a, b] }) {
    return [
      undefined,
      sumTo(where(condition!, cotangent, zero(cotangent)), a!.shape),
      sumTo(where(condition!, zero(cotangent), cotangent), b!.shape),
    ];
  },
  jvp([, ta, tb], { inputs: [condition], shape }) {
    const t = ta ?? tb;
    return t && broadcastTo(where(condition!, ta ?? zero(t), tb ?? zero(t)), shape);
  },
  broadcasts: true,
  emit: ([condition, a, b], _, emitter) => emitter.node('Where', [condition!, a!, b!]),
  simplify({ inputs: [condition, a, b], shape }) {
    const known = uniformValue(condition!);
    return known === undefined ? undefined : broadcastTo(known ? a! : b!, shape);
  },
};

/** `a` where the condition holds, else `b`; all three broadcast. At least one of `a` and `b` is a tensor. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  const like = typeof a === 'number' ? (b as Tensor) : a;
  return apply(operator, [condition, lift(a, like), lift(b, like)], {});
}
