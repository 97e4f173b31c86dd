import { binary } from './binary.ts';

/** a = b, entry by entry with NumPy's broadcasting, as booleans. */
export const equal = binary({ name: 'equal', onnx: 'Equal', value: (a, b) => Number(a === b), result: 'bool' });
