import { deflateSync } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import { describe, expect, it } from 'vitest';
import { fullMatrix, matBytes, sparseMatrix } from '../../test/mat-bytes.ts';
import { parseMat } from './mat-file.ts';

const network = sparseMatrix('Network', 3, 3, [1, 0, 1, 2], [0, 1, 2, 4]);

describe('parseMat', () => {
  it.each([true, false])('reads full and sparse matrices, compressed: %s', (compressed) => {
    const file = parseMat(matBytes([fullMatrix('a', 2, 3, [1, 2, 3, 4, 5, 6]), network], compressed));
    expect(file.get('a')).toEqual({ rows: 2, cols: 3, values: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect(file.get('Network')!.sparse).toEqual({ rows: Int32Array.of(1, 0, 1, 2), starts: Int32Array.of(0, 1, 2, 4) });
  });

  it.each<[Uint8Array, string]>([
    [new Uint8Array(200), 'is not a MATLAB 5 file'],
    [matBytes([network]).subarray(0, 150), 'is damaged: an element of'],
    [matBytes([fullMatrix('a', 2, 2, [1])]), 'is damaged: a is 2 × 2 and has 1 values'],
    [matBytes([fullMatrix('a', -2, -2, [1, 1, 1, 1])]), 'a has the dimensions -2 × -2'],
    [matBytes([fullMatrix('a', 1, 1, [1]), fullMatrix('a', 1, 1, [2])]), 'it has the variable a twice'],
    [matBytes([sparseMatrix('s', 2, 2, [0], [0, 1])]), 'the sparse matrix s of 2 × 2'],
    [
      matBytes([sparseMatrix('s', 3, 2, [0, 1], [0, 2, 1])]),
      "s of 3 × 2's column 1 ends at entry 1, before it starts at 2",
    ],
    [
      matBytes([sparseMatrix('s', 2, 2, [0, 2], [0, 1, 2])]),
      "s of 2 × 2's column 1 has an entry in row 2; there are 2",
    ],
    [matBytes([sparseMatrix('s', 2, 2, [1, 0], [0, 2, 2])]), 'column 0 has row 0 after 1; rows ascend, each once'],
    [matBytes([sparseMatrix('s', 2, 2, [0, -1], [0, 1, 2])]), 'has an entry in row -1'],
    [matBytes([network]).map((byte, i) => (i > 140 ? byte ^ 0x55 : byte)), 'is damaged'],
    [matBytes([fullMatrix('a\nb', 1, 1, [1])]), 'a name of something else than letters'],
    [matBytes([fullMatrix('n'.repeat(200_000), 1, 1, [1])]), 'a name of 200000 letters'],
  ])('says what is wrong', (bytes, message) => {
    expect(() => parseMat(bytes, 'x.mat')).toThrow(message);
    expect(() => parseMat(bytes, 'x.mat')).toThrow(InputError);
  });

  it('reads the same from a Buffer, from the middle of one, and from a Uint8Array', () => {
    const bytes = matBytes([network]);
    const pool = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]);
    const expected = parseMat(bytes);
    for (const source of [Buffer.from(bytes), pool.subarray(3, 3 + bytes.length), Uint8Array.from(bytes)])
      expect(parseMat(source)).toEqual(expected);
  });

  it('reads files of big-endian machines', () => {
    const word = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
    const content = [
      ...[...word(6), ...word(8), ...word(0x0a), ...word(0)],
      ...[...word(5), ...word(8), ...word(1), ...word(2)],
      // A small element: length, type, and up to 4 bytes in the same 8.
      ...[0, 1, 0, 1, 'a'.charCodeAt(0), 0, 0, 0],
      ...[...word(3), ...word(4), 0xff, 0xfe, 0x01, 0x00, 0, 0, 0, 0],
    ];
    const header = new Uint8Array(128);
    header.set(Buffer.from('MATLAB 5.0 MAT-file'));
    header.set([1, 0, 0x4d, 0x49], 124);
    const bytes = Uint8Array.of(...header, ...word(14), ...word(content.length), ...content);
    expect(parseMat(bytes).get('a')).toEqual({ rows: 1, cols: 2, values: Float64Array.of(-2, 256) });
  });

  it('unpacks no more than its limit, and no more than a variable says it has', () => {
    const packed = (content: Uint8Array) => {
      const data = deflateSync(content);
      const head = Buffer.from(Int32Array.of(15, data.length).buffer);
      return Buffer.concat([matBytes([]), head, data]);
    };
    const bomb = new Uint8Array(2 ** 21);
    const parse = () => parseMat(packed(bomb), 'bomb.mat', { limit: 2 ** 20 });
    expect(parse).toThrow(
      'data: bomb.mat goes past the limit of 1048576 bytes unpacked, at a variable; give a higher "limit"',
    );
    bomb.set(new Uint8Array(Int32Array.of(14, 1000).buffer));
    expect(parse).toThrow('has more than the 1008 bytes that it declares');
    bomb.set(new Uint8Array(Int32Array.of(14, 2 ** 31 - 1).buffer));
    expect(() => parseMat(packed(bomb), 'bomb.mat')).toThrow('goes past the limit of 50331648 bytes');
    const matrix = matBytes([fullMatrix('a', 100, 1, new Array(100).fill(1))]);
    expect(() => parseMat(matrix, 'a.mat', { limit: 1000 })).toThrow(
      'goes past the limit of 1000 bytes unpacked, at a;',
    );
    expect(parseMat(matrix, 'a.mat', { limit: 2000 }).get('a')!.rows).toBe(100);
    expect(() => parseMat(matrix, 'a.mat', { limt: 1 } as never)).toThrow(
      'has no setting "limt"; the nearest are limit',
    );
  });
});
