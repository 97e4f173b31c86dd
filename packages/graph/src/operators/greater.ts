import { binary } from './binary.ts';

export const greater = binary({ name: 'greater', onnx: 'Greater', value: (a, b) => Number(a > b), result: 'bool' });
