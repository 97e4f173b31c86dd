import { div } from './div.ts';
import { unary } from './unary.ts';

export const sqrt = unary({ name: 'sqrt', onnx: 'Sqrt', value: Math.sqrt, derivative: (_x, y) => div(0.5, y) });
