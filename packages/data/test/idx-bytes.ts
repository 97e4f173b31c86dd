const CODES = { uint8: 0x08, int8: 0x09, int16: 0x0b, int32: 0x0c, float32: 0x0d, float64: 0x0e };
const SETTERS = {
  uint8: ['setUint8', 1],
  int8: ['setInt8', 1],
  int16: ['setInt16', 2],
  int32: ['setInt32', 4],
  float32: ['setFloat32', 4],
  float64: ['setFloat64', 8],
} as const;

/** The bytes of an IDX file, made by the test itself. */
export function idxBytes(dtype: keyof typeof CODES, shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const [set, width] = SETTERS[dtype];
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + values.length * width);
  bytes.set([0, 0, CODES[dtype], shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  for (let i = 0; i < values.length; i++) view[set](start + i * width, values[i]!);
  return bytes;
}
