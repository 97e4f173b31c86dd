import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markLargest } from './top-share.ts';

const keys = fc.array(fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 2 ** -149)), {
  minLength: 1,
  maxLength: 60,
});

test('as many as asked for are marked, those that come first in a stable descending order', () => {
  fc.assert(
    fc.property(keys, fc.nat(), (values, seed) => {
      const numbers = Float32Array.from(values);
      const count = 1 + (seed % numbers.length);
      const order = [...numbers.keys()].sort((a, b) => numbers[b]! - numbers[a]! || a - b);
      const expected = new Uint8Array(numbers.length);
      for (const at of order.slice(0, count)) expected[at] = 1;
      // ∞ − ∞ is NaN, which sorts as equal.
      expect(markLargest(numbers, count, new Uint8Array(numbers.length))).toEqual(expected);
    }),
  );
});
