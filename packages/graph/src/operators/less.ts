import { binary } from './binary.ts';

/** a < b, entry by entry with NumPy's broadcasting, as booleans. */
export const less = binary({ name: 'less', onnx: 'Less', value: (a, b) => Number(a < b), result: 'bool' });
