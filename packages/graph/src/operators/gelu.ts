import { InputError, showValue } from '@unbraid/checks';
import { isFloat } from '../dtype.ts';
import { erfValue } from '../erf-value.ts';
import { hostOperator, LEAST_HOSTED } from '../host/host-operator.ts';
import { roundTo } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { chain } from './chain.ts';
import { equal } from './equal.ts';
import { bell, erf } from './erf.ts';
import { mul } from './mul.ts';
import { optionsOf } from './options.ts';
import { sub } from './sub.ts';
import { tanh } from './tanh.ts';
import { where } from './where.ts';

/** Settings of `gelu`. */
export interface GeluOptions {
  /** `none` for x Φ(x) itself, the default; `tanh` for the approximation ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
  readonly approximate?: 'none' | 'tanh';
}

interface GeluAttributes {
  readonly [name: string]: string;
  readonly approximate: 'none' | 'tanh';
}

const ROOT_HALF = Math.SQRT1_2;
const SCALE = Math.sqrt(2 / Math.PI);
/** Of x³, as Hendrycks and Gimpel have it. */
const CUBIC = 0.044715;

/** Φ(x), the normal distribution's function, or what stands for it. */
const shareValue = (x: number, { approximate }: GeluAttributes): number =>
  approximate === 'none' ? (1 + erfValue(x * ROOT_HALF)) / 2 : (1 + Math.tanh(SCALE * (x + CUBIC * x ** 3))) / 2;

/** The forms that ONNX Runtime knows as its own Gelu and FastGelu. */
function emitGelu(x: string, { dtype, attributes }: Tensor<GeluAttributes>, emitter: Emitter): string {
  const number = (value: number) => emitter.scalar(dtype, value);
  const onePlus = (y: string) => emitter.node('Add', [y, number(1)]);
  if (attributes.approximate === 'none') {
    const share = onePlus(emitter.node('Erf', [emitter.node('Div', [x, number(Math.SQRT2)])]));
    return emitter.node('Mul', [emitter.node('Mul', [x, share]), number(0.5)]);
  }
  const cube = emitter.node('Mul', [emitter.node('Mul', [emitter.node('Mul', [x, x]), x]), number(CUBIC)]);
  const inner = emitter.node('Mul', [emitter.node('Add', [x, cube]), number(SCALE)]);
  return emitter.node('Mul', [emitter.node('Mul', [x, number(0.5)]), onePlus(emitter.node('Tanh', [inner]))]);
}

/** Whose product with something infinite is 0 where it has vanished. */
const damped = (x: Tensor, vanishing: Tensor): Tensor => mul(where(equal(vanishing, 0), 0, x), vanishing);

/** dy/dx: Φ(x) + x φ(x). */
function slope(x: Tensor, approximate: GeluAttributes['approximate']): Tensor {
  if (approximate === 'none') {
    const share = mul(add(erf(mul(x, ROOT_HALF)), 1), 0.5);
    return add(share, mul(damped(x, bell(mul(x, ROOT_HALF))), SCALE / 2));
  }
  const square = mul(x, x);
  const bent = tanh(mul(add(x, mul(mul(square, x), CUBIC)), SCALE));
  const steepness = mul(add(mul(square, 3 * CUBIC), 1), SCALE / 2);
  return add(mul(add(bent, 1), 0.5), damped(mul(x, steepness), sub(1, mul(bent, bent))));
}

/** The cotangent of x by a kernel of ours, which takes one pass over memory where ONNX Runtime's operators take fifteen. */
const gradient = hostOperator({
  name: 'geluGradient',
  type: ([cotangent]) => cotangent!,
  meaning: ([cotangent, x]) => chain(cotangent!, slope(x!, 'none')),
  prepare: ({ kernels }) => ({
    run: ([cotangent, x], out) =>
      kernels.geluBackward(x as Float32Array, cotangent as Float32Array, out as Float32Array),
  }),
});

const operator: Operator<GeluAttributes> = {
  name: 'gelu',
  type([x]) {
    if (!isFloat(x!.dtype)) throw new ShapeError(`gelu: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
    return x!;
  },
  evaluate: ([x], { dtype, attributes }) => ({
    ...x!,
    data: x!.data.map((v) => roundTo(dtype, v * shareValue(v, attributes))),
  }),
  vjp(cotangent, { inputs: [x], attributes: { approximate } }) {
    const hosted = x!.dtype === 'float32' && approximate === 'none' && sizeOf(x!.shape) >= LEAST_HOSTED;
    return [hosted ? gradient(cotangent, x!) : chain(cotangent, slope(x!, approximate))];
  },
  jvp: ([t], { inputs: [x], attributes }) => t && chain(t, slope(x!, attributes.approximate)),
  emit: ([x], node, emitter) => emitGelu(x!, node, emitter),
};

/**
 * The Gaussian error linear unit (Hendrycks and Gimpel 2016), x Φ(x) with the normal distribution's function Φ; NaN at −∞.
 * @throws {InputError} for an approximation other than `none` and `tanh`
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  const { approximate = 'none' } = optionsOf('gelu', options, 'approximate');
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new InputError('setting', `gelu: approximate is ${showValue(approximate)}; "none" or "tanh" is needed`);
  }
  return apply(operator, [x], { approximate });
}
