import { unary } from './unary.ts';

/** The smallest whole number not below x; its derivative is 0. */
export const ceil = unary({ name: 'ceil', onnx: 'Ceil', value: Math.ceil });
