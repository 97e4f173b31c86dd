import { zipSync } from 'fflate';

/** A `.npy` file, format version 1, written from NumPy's description of it. */
export function npyBytes(
  dtype: string,
  shape: readonly number[],
  values: ArrayBufferView,
  order = 'False',
): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '${dtype}', 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + fields.length + 1) / 64) * 64 - 10;
  const header = `\x93NUMPY\x01\x00${String.fromCharCode(length % 256, length >> 8)}${`${fields.padEnd(length - 1)}\n`}`;
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new Uint8Array(header.length + content.length);
  bytes.set(Array.from(header, (character) => character.charCodeAt(0)));
  bytes.set(content, header.length);
  return bytes;
}

/** An `.npz` file of `.npy` files by their array's name, stored or deflated. */
export function npzBytes(arrays: Readonly<Record<string, Uint8Array>>, compressed = true): Uint8Array {
  const files = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]);
  return zipSync(Object.fromEntries(files), { level: compressed ? 6 : 0 });
}
