import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Scalar } from '../../api.ts';
import { compareScalars } from './scalar.ts';

const sorted = (values: readonly (Scalar | undefined)[], direction: 1 | -1) =>
  [...values]
    .map((value) => ({ value }))
    .sort((a, b) => compareScalars(a.value, b.value, direction))
    .map(({ value }) => value);

it('sorts numbers as numbers, infinities at their ends, then NaN, text, and what is missing last', () => {
  const values = [undefined, 'b10', 10, 9, 'NaN', 'Infinity', 'b9', '-Infinity', -1];
  expect(sorted(values, 1)).toEqual(['-Infinity', -1, 9, 10, 'Infinity', 'NaN', 'b9', 'b10', undefined]);
  expect(sorted(values, -1)).toEqual(['Infinity', 10, 9, -1, '-Infinity', 'NaN', 'b10', 'b9', undefined]);
});

it('is an order', () => {
  const scalar = fc.oneof(
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.constantFrom('NaN', 'Infinity'),
    fc.constant(undefined),
  );
  fc.assert(
    fc.property(scalar, scalar, scalar, (a, b, c) => {
      const compare = (x: Scalar | undefined, y: Scalar | undefined) => Math.sign(compareScalars(x, y, 1));
      expect(compare(a, b) + compare(b, a)).toBe(0);
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
