import { binary } from './binary.ts';

export const less = binary({ name: 'less', onnx: 'Less', value: (a, b) => Number(a < b), result: 'bool' });
