import { expect, it } from 'vitest';
import { explained } from './explained.ts';

it('tells results in the order of their meanings, so that “the same” follows what it refers to', () => {
  const summary = { other: true, second: 2, first: 1 };
  expect(explained(summary, { first: 'A', missing: 'B', second: 'The same' })).toEqual([
    ['first', 1, 'A'],
    ['second', 2, 'The same'],
    ['other', true, ''],
  ]);
});
