import type { DType } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { sigmoid } from './sigmoid.ts';
import { unary } from './unary.ts';

/** max(x, 0) + log(1 + e^−|x|). ONNX Runtime's Softplus overflows in float64 and is 0 below −37, and in float32 takes longer. */
function emitSoftplus(x: string, dtype: DType, emitter: Emitter): string {
  const power = emitter.node('Exp', [emitter.node('Neg', [emitter.node('Abs', [x])])]);
  const log = dtype === 'float32' ? emitSeries(power, emitter) : emitLog(power, dtype, emitter);
  return emitter.node('Add', [emitter.node('Max', [x, emitter.scalar(dtype, 0)]), log]);
}

/** log(1 + p) with what 1 + p rounds off. */
function emitLog(power: string, dtype: DType, emitter: Emitter): string {
  const one = emitter.scalar(dtype, 1);
  const sum = emitter.node('Add', [one, power]);
  const lost = emitter.node('Sub', [power, emitter.node('Sub', [sum, one])]);
  return emitter.node('Add', [emitter.node('Log', [sum]), emitter.node('Div', [lost, sum])]);
}

/** Terms of the series below: the next is 1.4e-8 of the sum at most, where p is 1. */
const TERMS = 7;

/**
 * log(1 + p) = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), s = p / (2 + p) ≤ 1/3. ONNX Runtime's Log gives the last entries of each thread's share other
 * bits than the same entries elsewhere, so that results would depend on the number of threads; and it takes longer.
 */
function emitSeries(power: string, emitter: Emitter): string {
  const number = (value: number) => emitter.scalar('float32', value);
  const s = emitter.node('Div', [power, emitter.node('Add', [power, number(2)])]);
  const square = emitter.node('Mul', [s, s]);
  let sum = number(2 / (2 * TERMS - 1));
  for (let k = TERMS - 2; k >= 0; k--) {
    sum = emitter.node('Add', [emitter.node('Mul', [sum, square]), number(2 / (2 * k + 1))]);
  }
  return emitter.node('Mul', [s, sum]);
}

/** log(1 + e^x), without overflow. */
export const softplus = unary({
  name: 'softplus',
  onnx: ([x], { dtype }, emitter) => emitSoftplus(x!, dtype, emitter),
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: (x) => sigmoid(x),
});
