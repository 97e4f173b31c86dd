import { deflateSync } from 'node:zlib';

const words = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const concat = (parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A data element of a MATLAB 5 file, filled up to 8 bytes. */
function element(type: number, data: Uint8Array): Uint8Array {
  const filled = new Uint8Array(Math.ceil(data.length / 8) * 8);
  filled.set(data);
  return concat([words(type, data.length), filled]);
}

const doubles = (values: number[]) => element(9, new Uint8Array(Float64Array.from(values).buffer));
const integers = (values: number[]) => element(5, words(...values));
const name = (text: string) =>
  element(
    1,
    Uint8Array.from(text, (c) => c.charCodeAt(0)),
  );

export const fullMatrix = (called: string, rows: number, cols: number, values: number[]): Uint8Array =>
  element(14, concat([element(6, words(6, 0)), integers([rows, cols]), name(called), doubles(values)]));

/** Column by column: the rows of the entries, and where each column starts. */
export const sparseMatrix = (
  called: string,
  rows: number,
  cols: number,
  ofRows: number[],
  starts: number[],
): Uint8Array =>
  element(
    14,
    concat([
      ...[element(6, words(5, ofRows.length)), integers([rows, cols]), name(called)],
      ...[integers(ofRows), integers(starts), doubles(ofRows.map(() => 1))],
    ]),
  );

/** A whole file; `compressed` packs each variable as MATLAB does. */
export function matBytes(matrices: Uint8Array[], compressed = true): Uint8Array {
  const header = new Uint8Array(128);
  header.set(Uint8Array.from('MATLAB 5.0 MAT-file'.padEnd(116), (c) => c.charCodeAt(0)));
  header.set([0, 1, 0x49, 0x4d], 124);
  const pack = (matrix: Uint8Array) => {
    const packed = deflateSync(matrix);
    return concat([words(15, packed.length), packed]);
  };
  return concat([header, ...(compressed ? matrices.map(pack) : matrices)]);
}
