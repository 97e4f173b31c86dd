import { neg } from './neg.ts';
import { sin } from './sin.ts';
import { unary } from './unary.ts';

/** Of an angle in radians. */
export const cos = unary({ name: 'cos', onnx: 'Cos', value: Math.cos, derivative: (x) => neg(sin(x)) });
