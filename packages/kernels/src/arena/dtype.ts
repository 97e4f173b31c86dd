/** The typed array that holds each dtype. */
export interface ArrayOfDtype {
  float32: Float32Array<ArrayBuffer>;
  float64: Float64Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  uint32: Uint32Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
}

/** What an entry of a block is; `int64` is a BigInt64Array. */
export type Dtype = keyof ArrayOfDtype;

interface ArrayConstructor<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A;
}

/** The constructor of each dtype's typed array. */
export const arrayOfDtype: { readonly [D in Dtype]: ArrayConstructor<ArrayOfDtype[D]> } = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
  int64: BigInt64Array,
};
