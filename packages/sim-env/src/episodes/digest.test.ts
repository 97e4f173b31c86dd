import { expect, it } from 'vitest';
import { digestOf } from './digest.ts';

const differing: readonly unknown[] = [
  undefined,
  false,
  true,
  0,
  -0,
  1,
  1 + 2 ** -52,
  '1',
  '',
  1n,
  [],
  [[]],
  [1],
  [1, undefined],
  {},
  { a: 1 },
  { a: 1, b: [1] },
  Float32Array.of(1),
  Float64Array.of(1),
  Float64Array.of(-0),
  Float64Array.of(0),
  Int8Array.of(1),
  Int8Array.of(1, 0),
  Int8Array.of(1, 0, 0, 0, 1),
  BigInt64Array.of(1n),
];

it('tells apart what differs in a bit, in its type or in its length', () => {
  const digests = differing.map((value) => digestOf(value).join());
  expect(new Set(digests).size).toBe(differing.length);
});

it('is the same for copies, whatever the order of keys', () => {
  for (const value of differing) expect(digestOf(structuredClone(value))).toEqual(digestOf(value));
  expect(digestOf({ a: 1, b: 2 })).toEqual(digestOf({ b: 2, a: 1, c: undefined }));
});

it('has no equal ones among a hundred thousand arrays that differ in one entry', () => {
  const seen = new Set<string>();
  const array = new Float32Array(8);
  for (let i = 0; i < 100_000; i++) {
    array[i % 8] = i;
    seen.add(digestOf(array).join());
  }
  expect(seen.size).toBe(100_000);
});
