import { div } from './div.ts';
import { unary } from './unary.ts';

/** Natural logarithm. */
export const log = unary({ name: 'log', onnx: 'Log', value: Math.log, derivative: (x) => div(1, x) });
