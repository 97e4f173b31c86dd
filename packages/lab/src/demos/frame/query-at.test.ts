import { expect, it } from 'vitest';
import { queryAt } from './query-at.ts';

it('is what stands behind the address, all of it, and nothing elsewhere', () => {
  expect(queryAt('#/methods/galu?k=3&drawn=a?b', '/methods/galu')).toBe('k=3&drawn=a?b');
  expect(queryAt('#/methods/galu', '/methods/galu')).toBe('');
  expect(queryAt('#/runs?q=1', '/methods/galu')).toBeUndefined();
  expect(queryAt('', 'galu')).toBeUndefined();
});

it('is decoded once, by whoever reads the settings, and takes any percent sign', () => {
  expect(new URLSearchParams(queryAt('#galu?drawn=50%2525', 'galu')).get('drawn')).toBe('50%25');
  expect(queryAt('#galu?drawn=100%', 'galu')).toBe('drawn=100%');
  expect(queryAt('#%zz?k=3', '%zz')).toBe('k=3');
  expect(queryAt('#%C3%BC?k=3', 'ü')).toBe('k=3');
});
