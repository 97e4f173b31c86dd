import { binary } from './binary.ts';
import { uniformValue } from './constant.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/** a^b. The derivative with respect to b needs a > 0. */
export const pow = binary({
  name: 'pow',
  onnx: 'Pow',
  value: (a, b) => a ** b,
  partials: [(t, a, b) => mul(t, mul(b, pow(a, sub(b, 1)))), (t, a, _b, y) => mul(t, mul(y, log(a)))],
  simplify({ inputs: [a, b], shape }) {
    if (b!.shape.length > 0 || a!.shape.length !== shape.length) return undefined;
    const exponent = uniformValue(b!);
    return exponent === 1 ? a : exponent === 2 ? mul(a!, a!) : undefined;
  },
});
