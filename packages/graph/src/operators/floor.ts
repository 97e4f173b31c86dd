import { unary } from './unary.ts';

/** The largest whole number not above x; its derivative is 0. */
export const floor = unary({ name: 'floor', onnx: 'Floor', value: Math.floor });
