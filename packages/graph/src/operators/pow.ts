import type { Tensor } from '../tensor.ts';
import { binary } from './binary.ts';
import { chain } from './chain.ts';
import { uniformValue } from './constant.ts';
import { equal } from './equal.ts';
import { greaterEqual } from './greater-equal.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** As IEEE 754 has it, where JavaScript gives NaN: 1^b is 1, and so is (−1)^±∞. */
const power = (a: number, b: number): number => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);

/** b · a^(b−1), which is 0 for an exponent of 0 also where a^−1 is infinite. */
function byBase(a: Tensor, b: Tensor): Tensor {
  const slope = mul(b, pow(a, sub(b, 1)));
  const exponent = uniformValue(b);
  return exponent !== undefined && exponent !== 0 ? slope : where(equal(b, 0), 0, slope);
}

/** a^b · log a. Where a^b is 0 for a ≥ 0, and at 0^0, it is 0 (the limit, and PyTorch's choice). */
function byExponent(a: Tensor, b: Tensor, y: Tensor): Tensor {
  const vanishing = where(
    greaterEqual(b, 0),
    where(equal(a, 0), 1, a),
    where(equal(y, 0), where(greaterEqual(a, 0), 1, a), a),
  );
  return mul(y, log(vanishing));
}

/** a^b. The derivative with respect to b needs a ≥ 0. */
export const pow = binary({
  name: 'pow',
  onnx: 'Pow',
  value: power,
  partials: [(t, a, b) => chain(t, byBase(a, b)), (t, a, b, y) => chain(t, byExponent(a, b, y))],
  simplify({ inputs: [a, b], shape }) {
    if (b!.shape.length > 0 || a!.shape.length !== shape.length) return undefined;
    const exponent = uniformValue(b!);
    return exponent === 1 ? a : exponent === 2 ? mul(a!, a!) : undefined;
  },
});

/** The exponent of a power, where it is one number. */
export const powerOf = ({ operator, inputs }: Tensor): number | undefined =>
  operator.name === 'pow' ? uniformValue(inputs[1]!) : undefined;
