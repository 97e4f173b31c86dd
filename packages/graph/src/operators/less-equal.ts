import { binary } from './binary.ts';

/** a ≤ b, entry by entry with NumPy's broadcasting, as booleans. */
export const lessEqual = binary({
  name: 'lessEqual',
  onnx: 'LessOrEqual',
  value: (a, b) => Number(a <= b),
  result: 'bool',
});
