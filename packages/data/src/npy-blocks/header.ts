/** Numbers that a `.npy` file of blocks holds. */
export type NpyFloat = 'float32' | 'float64';

/** Entries of a block, row-major. */
export type NpyFloats = Float32Array | Float64Array;

/** A block of a matrix. */
export interface NpyBlock {
  /** Of its first entry, from 0. */
  readonly row: number;
  /** Of its first entry, from 0; in a symmetric matrix at least `row`. */
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Row-major, of the matrix's type. */
  readonly data: NpyFloats;
}

/** Bytes of a number. */
export const widthOf = (dtype: NpyFloat): number => (dtype === 'float32' ? 4 : 8);

/** Places where the values of a `.npy` file may begin are multiples of it, in bytes (NumPy's `numpy.lib.format`). */
const ALIGNMENT = 64;

/** The header of a `.npy` file, format version 1, of a matrix in little-endian, row-major order. */
export function npyHeader(dtype: NpyFloat, [rows, columns]: readonly [number, number]): Uint8Array {
  const fields = `{'descr': '<f${widthOf(dtype)}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const end = Math.ceil((10 + fields.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new TextEncoder().encode(`.NUMPY....${fields.padEnd(end - 11)}\n`);
  bytes[0] = 0x93;
  bytes.set([1, 0, (end - 10) % 256, Math.floor((end - 10) / 256)], 6);
  return bytes;
}
