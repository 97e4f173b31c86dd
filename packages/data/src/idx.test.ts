import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idxBytes } from '../test/idx-bytes.ts';
import { parseIdx } from './idx.ts';

const values = {
  uint8: fc.uint8Array(),
  int8: fc.int8Array(),
  int16: fc.int16Array(),
  int32: fc.int32Array(),
  float32: fc.float32Array(),
  float64: fc.float64Array(),
};

test.each(Object.keys(values) as (keyof typeof values)[])('%s values survive the round trip', (dtype) => {
  fc.assert(
    fc.property(values[dtype], (data) => {
      const parsed = parseIdx(idxBytes(dtype, [data.length, 1], data));
      expect(parsed).toEqual({ dtype, shape: [data.length, 1], data });
    }),
  );
});

test('values are read big-endian', () => {
  const bytes = Uint8Array.of(0, 0, 0x0c, 1, 0, 0, 0, 1, 0x01, 0x02, 0x03, 0x04);
  expect(parseIdx(bytes).data).toEqual(Int32Array.of(0x01020304));
});

test('bytes are not copied', () => {
  const bytes = idxBytes('uint8', [3], [1, 2, 3]);
  expect(parseIdx(bytes).data.buffer).toBe(bytes.buffer);
});

test('bytes in the middle of a larger buffer are read where they are', () => {
  const file = idxBytes('int16', [2], [-5, 6]);
  const larger = new Uint8Array(file.length + 7);
  larger.set(file, 3);
  expect(parseIdx(larger.subarray(3, 3 + file.length)).data).toEqual(Int16Array.of(-5, 6));
  expect(parseIdx(Buffer.from(idxBytes('uint8', [1], [9]))).data).toEqual(Uint8Array.of(9));
});

test('a file that is not IDX is told by its first bytes', () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d);
  expect(() => parseIdx(png, 'digits.png')).toThrow('data: digits.png is not an IDX file: it begins with 89 50 4e 47');
  expect(() => parseIdx(new Uint8Array(0))).toThrow('the IDX data is not an IDX file: it begins with nothing');
  expect(() => parseIdx(Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 0))).toThrow('is not an IDX file');
});

test('every cut of a file is told apart from the whole', () => {
  const file = idxBytes('float32', [2, 3], [1, 2, 3, 4, 5, 6]);
  for (let length = 4; length < file.length; length++) {
    expect(() => parseIdx(file.subarray(0, length), 'cut')).toThrow(/^data: cut is truncated: .* has \d+ bytes$/);
  }
});

test('the sizes of a truncated file are given', () => {
  const file = idxBytes('uint8', [10, 28, 28], new Uint8Array(7840)).subarray(0, 100);
  expect(() => parseIdx(file, 'images')).toThrow(
    'data: images is truncated: its header announces uint8 [10, 28, 28], 7856 bytes in all, and it has 100 bytes',
  );
});

test('bytes after the end are refused', () => {
  expect(() => parseIdx(Uint8Array.of(...idxBytes('uint8', [1], [1]), 0))).toThrow('has bytes after its end');
});
