import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { unary } from './unary.ts';

/** tanh x, entry by entry. */
export const tanh = unary({ name: 'tanh', onnx: 'Tanh', value: Math.tanh, derivative: (_x, y) => sub(1, mul(y, y)) });
