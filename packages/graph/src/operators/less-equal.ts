import { binary } from './binary.ts';

export const lessEqual = binary({
  name: 'lessEqual',
  onnx: 'LessOrEqual',
  value: (a, b) => Number(a <= b),
  result: 'bool',
});
