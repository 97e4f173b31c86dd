import { binary } from './binary.ts';

export const equal = binary({ name: 'equal', onnx: 'Equal', value: (a, b) => Number(a === b), result: 'bool' });
