import assert from 'node:assert/strict';
import { parseNpy } from '@unbraid/data';
import { joined } from '../mutate.ts';
import type { ByteTarget } from '../target.ts';

const EXAMPLES = [
  ['<f8', 8, [2, 3]],
  ['<f4', 4, [6]],
  ['<i8', 8, [1, 2]],
  ['|b1', 1, [2, 2]],
  ['|u1', 1, []],
  ['<i4', 4, [0, 3]],
  ['<u2', 2, [2, 2, 2]],
  ['>f8', 8, [2, 3]],
  ['<f2', 2, [3, 1]],
  ['>i4', 4, [2, 3]],
] as const;

export const npy: ByteTarget = {
  name: 'npy',
  seeds: () =>
    EXAMPLES.flatMap(([dtype, width, shape]) =>
      [1, 2].map((version) => npyBytes(dtype, width, shape, version, version === 1 ? 'False' : 'True')),
    ),
  run(bytes) {
    const { shape, data } = parseNpy(bytes);
    assert.equal(data.length, product(shape));
    assert.ok(shape.every((size) => Number.isSafeInteger(size) && size >= 0));
    assert.ok(data.byteLength <= 8 * bytes.length);
  },
};

/** A file of the format's version 1 or 2, of small numbers. */
export function npyBytes(
  dtype: string,
  width: number,
  shape: readonly number[],
  version = 1,
  order = 'False',
): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '${dtype}', 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + fields.length + 1) / 64) * 64 - start;
  const head = [
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    version,
    0,
    length % 256,
    length >> 8,
    ...(version === 1 ? [] : [0, 0]),
  ];
  const header = new TextEncoder().encode(`${fields.padEnd(length - 1)}\n`);
  const body = Uint8Array.from({ length: product(shape) * width }, (_, i) => (i % width === 0 ? (i / width) % 2 : 0));
  return joined(Uint8Array.from(head), header, body);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}
