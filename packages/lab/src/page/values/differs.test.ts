import { expect, it } from 'vitest';
import { differs } from './differs.ts';

it('tells values that are alike in all rows from those that aren’t, or that a row lacks', () => {
  const rows = [
    { a: 1, b: 1, c: 1 },
    { a: 1, b: 2 },
  ];
  expect([differs(rows, ({ a }) => a), differs(rows, ({ b }) => b), differs(rows, ({ c }) => c)]).toEqual([
    ...[false, true, true],
  ]);
  expect([differs([], () => 1), differs([{ a: 1 }], ({ a }) => a)]).toEqual([false, false]);
});
