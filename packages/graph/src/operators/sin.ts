import { cos } from './cos.ts';
import { unary } from './unary.ts';

/** Of an angle in radians. */
export const sin = unary({ name: 'sin', onnx: 'Sin', value: Math.sin, derivative: (x) => cos(x) });
