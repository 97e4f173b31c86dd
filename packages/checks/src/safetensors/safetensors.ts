import { InputError } from '../input-error.ts';
import { listed } from '../listed.ts';

/** The array type of each supported safetensors dtype. A BOOL is one byte, 0 or 1. */
export interface TensorArrays {
  F32: Float32Array;
  F64: Float64Array;
  I32: Int32Array;
  I64: BigInt64Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

/** Element types of tensors in a file, as safetensors names them. */
export type TensorDtype = keyof TensorArrays;

/** A row-major tensor of a safetensors file. A scalar has shape `[]`. */
export type SafeTensor<D extends TensorDtype = TensorDtype> = {
  [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: TensorArrays[K] };
}[D];

/** The content of a safetensors file: tensors by name, and free text by key. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface TensorConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TensorArrays[TensorDtype];
}

/**
 * The constructor of each dtype. The order is that of tensors in a file, wide elements first so that each is
 * aligned; the reference implementation writes the same order.
 */
export const TENSOR_ARRAYS: Readonly<Record<TensorDtype, TensorConstructor>> = {
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** The header's key that holds the metadata, and so no tensor's name. */
export const METADATA_KEY = '__metadata__';

/** The length of the header stands before it, as a little-endian unsigned 64-bit integer. */
export const LENGTH_BYTES = 8;

/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The tensor `name` of a file, where it has the dtype that the caller needs.
 *
 * @param owner the package that asks, which the error begins with.
 * @throws where there is no such tensor (lists those there are) or it has another dtype.
 */
export function requireTensor<D extends TensorDtype>(
  file: Safetensors,
  name: string,
  dtype: D,
  owner = 'data',
): SafeTensor<D> {
  const tensor = Object.hasOwn(file.tensors, name) ? file.tensors[name] : undefined;
  if (!tensor) {
    const names = listed(Object.keys(file.tensors)) || 'none';
    throw new InputError('file', `${owner}: the safetensors file has no tensor "${name}"; it has ${names}`);
  }
  if (tensor.dtype !== dtype) {
    throw new InputError(
      'file',
      `${owner}: tensor "${name}" of the safetensors file is ${tensor.dtype}; ${dtype} is needed`,
    );
  }
  return tensor as SafeTensor<D>;
}
