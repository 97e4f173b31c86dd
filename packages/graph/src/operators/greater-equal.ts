import { binary } from './binary.ts';

export const greaterEqual = binary({
  name: 'greaterEqual',
  onnx: 'GreaterOrEqual',
  value: (a, b) => Number(a >= b),
  result: 'bool',
});
