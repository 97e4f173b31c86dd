export { decodeSafetensors } from './decode.ts';
export { encodeSafetensors } from './encode.ts';
export { floatOfHalf, floatsOfBfloats } from './half.ts';
export {
  requireTensor,
  type SafeTensor,
  type Safetensors,
  type TensorArrays,
  type TensorDtype,
} from './safetensors.ts';
