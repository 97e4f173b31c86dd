import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { npyBytes } from '../test/npz-bytes.ts';
import { parseNpy } from './npy.ts';
import { parseNpyHeader } from './npy-header.ts';

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

describe('as NumPy writes them', () => {
  /** Written by python/fixtures/npy_fixture.py. */
  const fixture = (name: string) => readFileSync(new URL(`../test/fixtures/npy/${name}.npy`, import.meta.url));

  test.each(['fortran', 'big-endian', 'half', 'big-endian-fortran', 'version-3'])('%s', (name) => {
    const { shape, data } = parseNpy(fixture(name));
    expect(shape).toEqual([2, 3]);
    expect([...data].map(Number)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('of three dimensions, the first running fastest', () => {
    const { shape, data } = parseNpy(fixture('fortran-3d'));
    expect(shape).toEqual([2, 3, 4]);
    expect(data).toEqual(Int16Array.from({ length: 24 }, (_, i) => i - 5));
  });

  test('half floats of every kind', () => {
    const { data } = parseNpy(fixture('half-kinds'));
    expect([...data]).toEqual([
      0,
      -0,
      65504,
      2 ** -24,
      -(2 ** -14),
      Infinity,
      -Infinity,
      Number.NaN,
      1 / 3 - 2 ** -12 / 3,
    ]);
  });

  test('objects are refused, and nothing of them is run', () => {
    expect(() => parseNpy(fixture('objects'), 'o.npy')).toThrow(
      'data: o.npy has values of type "|O"; it holds Python objects',
    );
  });

  test('arrays of records are refused', () => {
    expect(() => parseNpy(fixture('records'), 'r.npy')).toThrow(
      "data: r.npy has a .npy header of something else than an array of plain numbers: \"{'descr': [('a', '<i4'), ('b'",
    );
  });
});

test('a header may be long, and a hostile one takes no longer', () => {
  const fields = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";
  const file = (text: string) => {
    const head = Uint8Array.of(...Buffer.from('\x93NUMPY\x02\x00', 'latin1'), 0, 0, 0, 0);
    new DataView(head.buffer).setUint32(8, text.length, true);
    return Buffer.concat([head, Buffer.from(text), Uint8Array.of(8, 9)]);
  };
  expect(parseNpy(file(fields.padEnd(300_000))).data).toEqual(Uint8Array.of(8, 9));
  for (const piece of ['(', "'", ' ', '{', '(1,', '1', "'shape':", ' :']) {
    expect(() => parseNpy(file(fields.replace('2', piece.repeat(300_000))), 'a.npy')).toThrow(
      /^data: a\.npy has a .npy header .{0,200}$/,
    );
  }
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
  const refusals = [
    ['|O', 'has values of type "|O"; it holds Python objects, and reading those would run code'],
    ['<U3', 'has values of type "<U3"; it holds text; save numbers'],
    ['<c16', 'has values of type "<c16"; it holds complex numbers; save a.real and a.imag'],
    ['<f16', 'has values of type "<f16"; save it as float64'],
    ['<M8[ns]', 'has values of type "<M8[ns]"; b1, u1, i1, u2, i2, u4, i4, u8, i8, f2, f4, f8 can be read'],
    ['constructor', 'has values of type "constructor"; '],
  ] as const;
  for (const [dtype, message] of refusals) {
    expect(() => parseNpy(npyBytes(dtype, [1], new Uint8Array(9)))).toThrow(message);
  }
  expect(() => parseNpy(npyBytes('|b1', [3], Uint8Array.of(1, 0, 2)), 'a.npy')).toThrow(
    'data: a.npy is damaged: value 2 (counted from 0) is 2; booleans are bytes 0 and 1',
  );
  const version = npyBytes('|u1', [1], new Uint8Array(1));
  version[6] = 9;
  expect(() => parseNpy(version)).toThrow('.npy format version 9; versions 1 to 3 can be read');
});
