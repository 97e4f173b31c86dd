export * from './checks.ts';
export * from './idx.ts';
export * from './matrix.ts';
export type { SafeTensor, Safetensors, TensorArrays, TensorDtype } from './safetensors.ts';
export { requireTensor } from './safetensors.ts';
export { decodeSafetensors } from './safetensors-decode.ts';
export { encodeSafetensors } from './safetensors-encode.ts';
export { writeFileAtomic } from './write-file-atomic.ts';
