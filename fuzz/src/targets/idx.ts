import assert from 'node:assert/strict';
import { parseIdx } from '@unbraid/data';
import type { ByteTarget } from '../target.ts';

/** Third byte of the magic number and bytes of an element, for each type that IDX has. */
const TYPES = [
  [0x08, 1],
  [0x09, 1],
  [0x0b, 2],
  [0x0c, 4],
  [0x0d, 4],
  [0x0e, 8],
] as const;

export const idx: ByteTarget = {
  name: 'idx',
  seeds: () => TYPES.flatMap(([code, width]) => [example(code, width, [3, 2, 2]), example(code, width, [5])]),
  run(bytes) {
    const { shape, data } = parseIdx(bytes);
    assert.equal(data.length, product(shape));
    assert.equal(bytes[3], shape.length);
  },
};

function example(code: number, width: number, shape: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((size) => [0, 0, 0, size]);
  const body = Array.from({ length: product(shape) * width }, (_, i) => (i * 37) % 256);
  return Uint8Array.of(0, 0, code, shape.length, ...sizes, ...body);
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}
