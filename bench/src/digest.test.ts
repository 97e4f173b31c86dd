import { expect, it } from 'vitest';
import { digestOf } from './digest.ts';

it('the digest depends on where values are', () => {
  expect(digestOf(Float32Array.of(7, 1, 2))).toBe(5 / 3);
  expect(digestOf(Float32Array.of(7, 2, 1))).toBe(4 / 3);
});
