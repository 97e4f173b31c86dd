import type { ArrayOf, Dtype } from './dtype.ts';
import { roundToFloat16 } from './float16.ts';

/**
 * The first entry that lies outside of its limits, or is NaN; −1 where none is. One loop for each type of array, though they read the same: a loop that sees
 * several types of arrays looks at each entry's type again, and takes ten times as long, which large observations are slow by.
 */
type Search<A> = (values: A, low: A, high: A) => number;

const float32: Search<Float32Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const float64: Search<Float64Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const int8: Search<Int8Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const int16: Search<Int16Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const int32: Search<Int32Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const int64: Search<BigInt64Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const uint8: Search<Uint8Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const uint16: Search<Uint16Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const uint32: Search<Uint32Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const uint64: Search<BigUint64Array> = (values, low, high) => {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= low[i]! && values[i]! <= high[i]!)) return i;
  return -1;
};

const bool = uint8;

const float16: Search<Float32Array> = (values, low, high) => {
  const beyond = float32(values, low, high);
  return beyond < 0 ? values.findIndex((value) => roundToFloat16(value) !== value) : beyond;
};

const searches: { readonly [D in Dtype]: Search<ArrayOf<D>> } = {
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  bool,
};

/** What finds the first entry of an array that is outside of its limits; all three are as long. */
export const outside = <D extends Dtype>(dtype: D): Search<ArrayOf<D>> => searches[dtype] as Search<ArrayOf<D>>;
