import { expect, test } from 'vitest';
import { npyBytes } from '../test/npz-bytes.ts';
import { parseNpy, parseNpyHeader } from './npy.ts';

test.each([
  ['<f8', Float64Array.of(1.5, -2, 3, 4, 5, 6)],
  ['<f4', Float32Array.of(1.5, -2, 3, 4, 5, 6)],
  ['<i8', BigInt64Array.of(-1n, 2n, 3n, 4n, 5n, 6n)],
  ['<u8', BigUint64Array.of(1n, 2n, 3n, 4n, 5n, 6n)],
  ['<i4', Int32Array.of(-1, 2, 3, 4, 5, 6)],
  ['<u4', Uint32Array.of(1, 2, 3, 4, 5, 6)],
  ['<i2', Int16Array.of(-1, 2, 3, 4, 5, 6)],
  ['<u2', Uint16Array.of(1, 2, 3, 4, 5, 6)],
  ['|i1', Int8Array.of(-1, 2, 3, 4, 5, 6)],
  ['|u1', Uint8Array.of(1, 2, 3, 4, 5, 6)],
  ['|b1', Uint8Array.of(1, 0, 0, 1, 1, 0)],
])('values of type %s are read with their shape, wherever they lie', (dtype, data) => {
  const bytes = npyBytes(dtype, [2, 3], data);
  const larger = new Uint8Array(bytes.length + 1);
  larger.set(bytes, 1);
  expect(parseNpy(larger.subarray(1))).toEqual({ shape: [2, 3], data });
});

test('vectors, scalars and empty arrays have their shapes', () => {
  expect(parseNpy(npyBytes('|u1', [3], Uint8Array.of(1, 2, 3))).shape).toEqual([3]);
  expect(parseNpy(npyBytes('|u1', [], Uint8Array.of(7)))).toEqual({ shape: [], data: Uint8Array.of(7) });
  expect(parseNpy(npyBytes('<f8', [0, 5], new Float64Array(0))).data).toHaveLength(0);
});

test('a header of format version 2 has a longer length', () => {
  const bytes = npyBytes('|u1', [2], Uint8Array.of(8, 9));
  const second = Uint8Array.of(...bytes.subarray(0, 6), 2, 0, bytes[8]!, bytes[9]!, 0, 0, ...bytes.subarray(10));
  expect(parseNpyHeader(second).offset).toBe(parseNpyHeader(bytes).offset + 2);
  expect(parseNpy(second).data).toEqual(Uint8Array.of(8, 9));
});

test('every cut of a file is refused', () => {
  const bytes = npyBytes('<f4', [2, 2], new Float32Array(4));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => parseNpy(bytes.subarray(0, length), 'a.npy')).toThrow(/^data: a\.npy (is|has) /);
  }
});

test('what cannot be read is told', () => {
  expect(() => parseNpy(npyBytes('<f4', [2], new Float32Array(3)), 'a.npy')).toThrow(
    'data: a.npy is truncated or damaged: 2 values of type <f4 end at byte 136, the file at 140',
  );
  expect(() => parseNpy(npyBytes('>f4', [1], new Float32Array(1)))).toThrow('has values of type >f4; |b1, |u1');
  expect(() => parseNpy(npyBytes('|O', [1], new Uint8Array(9)))).toThrow('has values of type |O');
  expect(() => parseNpy(npyBytes('<f4', [2, 2], new Float32Array(4), 'True'))).toThrow('stored column by column');
  const version = npyBytes('|u1', [1], new Uint8Array(1));
  version[6] = 9;
  expect(() => parseNpy(version)).toThrow('.npy format version 9; versions 1 to 3 can be read');
});
