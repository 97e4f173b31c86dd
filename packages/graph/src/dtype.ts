/** Element types of tensors. `bool` is stored as one byte an element, as ONNX Runtime does. */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint32' | 'bool';

/** Arrays of the element types of tensors. */
export type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint32Array | Uint8Array;

interface DTypeFacts {
  /** TensorProto.DataType of the ONNX specification. */
  readonly onnx: number;
  readonly bytes: number;
  readonly float: boolean;
  readonly wrap: (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
}

const facts: Readonly<Record<DType, DTypeFacts>> = {
  float32: { onnx: 1, bytes: 4, float: true, wrap: (b, o, n) => new Float32Array(b, o, n) },
  int32: { onnx: 6, bytes: 4, float: false, wrap: (b, o, n) => new Int32Array(b, o, n) },
  int64: { onnx: 7, bytes: 8, float: false, wrap: (b, o, n) => new BigInt64Array(b, o, n) },
  bool: { onnx: 9, bytes: 1, float: false, wrap: (b, o, n) => new Uint8Array(b, o, n) },
  float64: { onnx: 11, bytes: 8, float: true, wrap: (b, o, n) => new Float64Array(b, o, n) },
  uint32: { onnx: 12, bytes: 4, float: false, wrap: (b, o, n) => new Uint32Array(b, o, n) },
};

/** TensorProto.DataType of the ONNX specification. */
export const onnxTypeOf = (dtype: DType): number => facts[dtype].onnx;

/** Bytes of one element. */
export const bytesOf = (dtype: DType): number => facts[dtype].bytes;

export const isFloat = (dtype: DType): boolean => facts[dtype].float;

/** A typed array of `dtype` over part of a buffer; `length` counts elements. */
export const viewOf = (dtype: DType, buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray =>
  facts[dtype].wrap(buffer, byteOffset, length);

/** The typed array of `dtype` that holds `values`; integers are rounded towards zero, `bool` keeps 0 and 1. */
export function encode(dtype: DType, values: ArrayLike<number>): TypedArray {
  if (dtype === 'int64') return BigInt64Array.from({ length: values.length }, (_, i) => BigInt(Math.trunc(values[i]!)));
  const array = viewOf(dtype, new ArrayBuffer(values.length * bytesOf(dtype)), 0, values.length);
  (array as Exclude<TypedArray, BigInt64Array>).set(values);
  return array;
}
