import { binary } from './binary.ts';

/** a > b, entry by entry with NumPy's broadcasting, as booleans. */
export const greater = binary({ name: 'greater', onnx: 'Greater', value: (a, b) => Number(a > b), result: 'bool' });
