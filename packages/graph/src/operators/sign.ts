import { unary } from './unary.ts';

/** −1, 0 or 1. */
export const sign = unary({ name: 'sign', onnx: 'Sign', value: (x) => Math.sign(x) + 0, integers: true });
