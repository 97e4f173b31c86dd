import type { DType } from '../dtype.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { sigmoid } from './sigmoid.ts';
import { unary } from './unary.ts';

/** max(x, 0) + log(1 + p), p = e^−|x|: ONNX Runtime's Softplus overflows in float64 and is 0 below −37. The last term is what 1 + p rounds off. */
function emitDouble(x: string, dtype: DType, emitter: Emitter): string {
  const one = emitter.scalar(dtype, 1);
  const power = emitter.node('Exp', [emitter.node('Neg', [emitter.node('Abs', [x])])]);
  const sum = emitter.node('Add', [one, power]);
  const lost = emitter.node('Sub', [power, emitter.node('Sub', [sum, one])]);
  const log = emitter.node('Add', [emitter.node('Log', [sum]), emitter.node('Div', [lost, sum])]);
  return emitter.node('Add', [emitter.node('Max', [x, emitter.scalar(dtype, 0)]), log]);
}

/** log(1 + e^x), without overflow. */
export const softplus = unary({
  name: 'softplus',
  onnx: ([x], { dtype }, emitter) =>
    dtype === 'float32' ? emitter.node('Softplus', [x!]) : emitDouble(x!, dtype, emitter),
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: (x) => sigmoid(x),
});
