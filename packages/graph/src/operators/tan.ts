import { add } from './add.ts';
import { mul } from './mul.ts';
import { unary } from './unary.ts';

/** Of an angle in radians. */
export const tan = unary({ name: 'tan', onnx: 'Tan', value: Math.tan, derivative: (_, y) => add(mul(y, y), 1) });
