/** A matrix in NORB's binary format: bytes, or whole numbers. */
export function norbBytes(type: 'uint8' | 'int32', shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const sizes = shape.length < 3 ? [...shape, ...new Array<number>(3 - shape.length).fill(1)] : shape;
  const header = Int32Array.of(type === 'uint8' ? 0x1e3d4c55 : 0x1e3d4c54, shape.length, ...sizes);
  const body = type === 'uint8' ? Uint8Array.from(values) : new Uint8Array(Int32Array.from(values).buffer);
  const bytes = new Uint8Array(header.byteLength + body.length);
  bytes.set(new Uint8Array(header.buffer));
  bytes.set(body, header.byteLength);
  return bytes;
}
