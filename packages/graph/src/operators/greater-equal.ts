import { binary } from './binary.ts';

/** a ≥ b, entry by entry with NumPy's broadcasting, as booleans. */
export const greaterEqual = binary({
  name: 'greaterEqual',
  onnx: 'GreaterOrEqual',
  value: (a, b) => Number(a >= b),
  result: 'bool',
});
