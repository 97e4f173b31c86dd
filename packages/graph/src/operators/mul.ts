import type { DType } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { binary } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { chain } from './chain.ts';
import { constant, uniformValue } from './constant.ts';
import { neg } from './neg.ts';

const isPowerOfTwo = (x: number): boolean => x > 0 && Number.isInteger(Math.log2(x));

/** Whether a number is 0 or has all the digits of its type. */
const isNormal = (x: number, dtype: DType): boolean => {
  const [least, most] = dtype === 'float32' ? [2 ** -126, 2 ** 127] : [2 ** -1022, 2 ** 1023];
  return x === 0 || (Math.abs(x) >= least && Math.abs(x) <= most);
};

/** (x · c) · 2ⁿ as x · (c · 2ⁿ), which rounds the same while c · 2ⁿ is a normal number. */
function regrouped(product: Tensor, factor: Tensor): Tensor | undefined {
  const scale = uniformValue(factor);
  if (scale === undefined || !isPowerOfTwo(scale) || product.operator.name !== 'mul') return undefined;
  const [a, b] = product.inputs as [Tensor, Tensor];
  const by = (x: Tensor, c: Tensor) => {
    const value = uniformValue(c);
    if (value === undefined || !isNormal(value * scale, x.dtype)) return undefined;
    return mul(x, constant(value * scale, [], x.dtype));
  };
  return by(a, b) ?? by(b, a);
}

/** Entry by entry. A product with a constant 0 is not folded away: 0 · NaN is NaN. */
export const mul = binary({
  name: 'mul',
  onnx: 'Mul',
  value: (a, b) => a * b,
  partials: [(t, _a, b) => chain(t, b), (t, a) => chain(t, a)],
  simplify({ inputs: [a, b], shape }) {
    if (uniformValue(a!) === -1) return broadcastTo(neg(b!), shape);
    if (uniformValue(b!) === -1) return broadcastTo(neg(a!), shape);
    if (uniformValue(a!) === 1) return broadcastTo(b!, shape);
    if (uniformValue(b!) === 1) return broadcastTo(a!, shape);
    const product = regrouped(a!, b!) ?? regrouped(b!, a!);
    return product && broadcastTo(product, shape);
  },
});
