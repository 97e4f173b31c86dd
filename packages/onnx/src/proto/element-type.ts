import { floatOfHalf } from '@unbraid/checks/safetensors';
import type { DType } from '@unbraid/graph';

/** An element type of ONNX, and how its values come to us. */
export interface ElementType {
  readonly name: string;
  /** The type that holds its values here; undefined for those that aren't read. */
  readonly dtype?: DType;
  /** Bytes of a value in raw data. */
  readonly bytes?: number;
  /** The value at a place of raw data. */
  readonly read?: (view: DataView, at: number) => number;
}

/** The largest and smallest numbers of 64 bits, which are rounded to numbers that go back to 64 bits. */
const MOST = 2 ** 63 - 1024;
const near = (value: bigint): number => Math.min(Number(value), MOST);

/** By `TensorProto.DataType`: what is smaller than our types is held in one that has all its values. */
const types: readonly ElementType[] = [
  { name: 'undefined' },
  { name: 'float32', dtype: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  { name: 'uint8', dtype: 'int32', bytes: 1, read: (view, at) => view.getUint8(at) },
  { name: 'int8', dtype: 'int32', bytes: 1, read: (view, at) => view.getInt8(at) },
  { name: 'uint16', dtype: 'int32', bytes: 2, read: (view, at) => view.getUint16(at, true) },
  { name: 'int16', dtype: 'int32', bytes: 2, read: (view, at) => view.getInt16(at, true) },
  { name: 'int32', dtype: 'int32', bytes: 4, read: (view, at) => view.getInt32(at, true) },
  { name: 'int64', dtype: 'int64', bytes: 8, read: (view, at) => near(view.getBigInt64(at, true)) },
  { name: 'string' },
  { name: 'bool', dtype: 'bool', bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  { name: 'float16', dtype: 'float32', bytes: 2, read: (view, at) => floatOfHalf(view.getUint16(at, true)) },
  { name: 'float64', dtype: 'float64', bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  { name: 'uint32', dtype: 'uint32', bytes: 4, read: (view, at) => view.getUint32(at, true) },
  { name: 'uint64', dtype: 'int64', bytes: 8, read: (view, at) => near(view.getBigUint64(at, true)) },
  { name: 'complex64' },
  { name: 'complex128' },
  { name: 'bfloat16', dtype: 'float32', bytes: 2, read: (view, at) => bfloatOf(view.getUint16(at, true)) },
  { name: 'float8e4m3fn' },
  { name: 'float8e4m3fnuz' },
  { name: 'float8e5m2' },
  { name: 'float8e5m2fnuz' },
  { name: 'uint4' },
  { name: 'int4' },
  { name: 'float4e2m1' },
];

/** The number of a type in files, by name. */
export const FLOAT16 = 10;
export const BFLOAT16 = 16;

/** The type of a number of `TensorProto.DataType`. */
export const elementType = (type: number): ElementType => types[type] ?? { name: `type ${type}` };

const scratch = new DataView(new ArrayBuffer(4));

/** The number that 16 bits of a bfloat16 stand for: a float32's upper half. */
export function bfloatOf(bits: number): number {
  scratch.setUint32(0, bits * 2 ** 16);
  return scratch.getFloat32(0);
}
