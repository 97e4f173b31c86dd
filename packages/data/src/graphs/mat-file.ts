import { inflateSync } from 'node:zlib';
import { readBytes } from '../read-bytes.ts';

/** A matrix of numbers in a MATLAB file, column by column as MATLAB keeps it. */
export interface MatMatrix {
  readonly rows: number;
  readonly cols: number;
  /** The values of a full matrix, column after column, or those of a sparse matrix' entries. */
  readonly values: Float64Array;
  /** Of a sparse matrix: the row of each entry, and where each column's entries start. */
  readonly sparse?: { readonly rows: Int32Array; readonly starts: Int32Array };
}

// Types of data elements and classes of arrays: MATLAB, "MAT-File Format" (level 5), tables 1-1 and 1-3.
const MATRIX = 14;
const COMPRESSED = 15;
const SPARSE_CLASS = 5;
const NUMERIC_CLASSES = [6, 15] as const;
const READERS: Readonly<Record<number, [bytes: number, read: (view: DataView, at: number) => number]>> = {
  1: [1, (v, at) => v.getInt8(at)],
  2: [1, (v, at) => v.getUint8(at)],
  3: [2, (v, at) => v.getInt16(at, true)],
  4: [2, (v, at) => v.getUint16(at, true)],
  5: [4, (v, at) => v.getInt32(at, true)],
  6: [4, (v, at) => v.getUint32(at, true)],
  7: [4, (v, at) => v.getFloat32(at, true)],
  9: [8, (v, at) => v.getFloat64(at, true)],
  12: [8, (v, at) => Number(v.getBigInt64(at, true))],
  13: [8, (v, at) => Number(v.getBigUint64(at, true))],
};

/**
 * Reads the matrices of numbers, full and sparse, of a MATLAB 5 file (what `save` writes by default, compressed or not). Other variables are passed over.
 *
 * @throws one line that names the path where the file cannot be read, is of another version, or is damaged.
 */
export async function readMat(path: string): Promise<Map<string, MatMatrix>> {
  return parseMat(await readBytes(path), path);
}

/** The same from bytes. @param name how errors name the file. */
export function parseMat(bytes: Uint8Array, name = 'the MATLAB data'): Map<string, MatMatrix> {
  const head = String.fromCharCode(...bytes.subarray(0, 6));
  if (bytes.length < 128 || head !== 'MATLAB')
    throw new Error(`data: ${name} is not a MATLAB 5 file (files of version 7.3 are HDF5; save with -v7)`);
  if (String.fromCharCode(bytes[126]!, bytes[127]!) !== 'IM')
    throw new Error(`data: ${name} was written on a big-endian machine, or is of another version; save it with -v7`);
  const found = new Map<string, MatMatrix>();
  try {
    for (const element of elements(bytes.subarray(128))) {
      const [matrix] = element.type === COMPRESSED ? elements(inflateSync(element.data)) : [element];
      if (matrix?.type !== MATRIX) continue;
      const read = readMatrix(matrix.data);
      if (read) found.set(read.name, read.matrix);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`data: ${name} is damaged: ${reason}`, { cause });
  }
  return found;
}

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Data elements one behind another: type, length and data filled up to 8 bytes, or all in 8 bytes for up to 4 of data. */
function elements(bytes: Uint8Array): Element[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Element[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const word = view.getUint32(at, true);
    const small = word >>> 16;
    const length = small || view.getUint32(at + 4, true);
    const start = at + (small ? 4 : 8);
    if (start + length > bytes.length) throw new Error(`an element of ${length} bytes goes past the end`);
    const type = small ? word & 0xffff : word;
    found.push({ type, data: bytes.subarray(start, start + length) });
    // Compressed elements alone are not filled up.
    at = small ? at + 8 : type === COMPRESSED ? start + length : start + Math.ceil(length / 8) * 8;
  }
  return found;
}

function numbers({ type, data }: Element): Float64Array {
  const reader = READERS[type];
  if (!reader) throw new Error(`numbers of type ${type} are not known`);
  const [size, read] = reader;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float64Array.from({ length: data.length / size }, (_, i) => read(view, i * size));
}

function readMatrix(data: Uint8Array): { name: string; matrix: MatMatrix } | undefined {
  const [flags, dimensions, named, ...parts] = elements(data);
  if (!flags || !dimensions || !named) throw new Error('a matrix has no flags, dimensions or name');
  const kind = flags.data[0]!;
  const name = String.fromCharCode(...named.data);
  const sizes = numbers(dimensions);
  const numeric = kind >= NUMERIC_CLASSES[0] && kind <= NUMERIC_CLASSES[1];
  if (!(numeric || kind === SPARSE_CLASS) || sizes.length !== 2) return undefined;
  const [rows, cols] = sizes as unknown as [number, number];
  if (numeric) {
    const values = numbers(parts[0] ?? { type: 9, data: new Uint8Array() });
    if (values.length !== rows * cols) throw new Error(`${name} is ${rows} × ${cols} and has ${values.length} values`);
    return { name, matrix: { rows, cols, values } };
  }
  const [rowElement, startElement, valueElement] = parts;
  if (!rowElement || !startElement || !valueElement)
    throw new Error(`the sparse matrix ${name} lacks its rows, starts or values`);
  const starts = Int32Array.from(numbers(startElement));
  const entries = starts[cols] ?? Number.NaN;
  const [rowOf, values] = [
    Int32Array.from(numbers(rowElement)).subarray(0, entries),
    numbers(valueElement).subarray(0, entries),
  ];
  if (starts.length !== cols + 1 || rowOf.length !== entries || values.length !== entries)
    throw new Error(
      `the sparse matrix ${name} of ${rows} × ${cols} has ${rowOf.length} rows and ${values.length} values for ${entries} entries`,
    );
  return { name, matrix: { rows, cols, values, sparse: { rows: rowOf, starts } } };
}
