import { unary } from './unary.ts';

/** eˣ, entry by entry. */
export const exp = unary({ name: 'exp', onnx: 'Exp', value: Math.exp, derivative: (_x, y) => y });
