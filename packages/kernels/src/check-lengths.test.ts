import { expect, it } from 'vitest';
import { checkLengths } from './check-lengths.ts';

it('names the array whose length differs', () => {
  const arrays = { params: [1, 2], grads: [3, 4], m: [5] };
  expect(() => checkLengths('adam', arrays)).toThrow(
    'kernels: adam takes arrays of one length, but m has 1 entries and params has 2',
  );
});

it('takes arrays of one length', () => {
  expect(() => checkLengths('dot', { x: [1], y: [2] })).not.toThrow();
});
