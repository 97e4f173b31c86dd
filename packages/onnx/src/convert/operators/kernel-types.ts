import { cast, type DType, type Tensor } from '@unbraid/graph';

/** Computes in another type where ONNX Runtime has no kernel for a tensor's own; the result gets the type of `x` again. */
export const within = (x: Tensor, to: DType, f: (x: Tensor) => Tensor): Tensor =>
  x.dtype === to ? f(x) : cast(f(cast(x, to)), x.dtype);

/** The type that has kernels for comparing and choosing: bool and uint32 have few. */
export const widest = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype === 'uint32' ? 'int64' : dtype);

export const isFloat = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'float64';
