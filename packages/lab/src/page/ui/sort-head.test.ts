import { expect, it } from 'vitest';
import { formatSort, parseSort } from './sort-head.tsx';

it('reads what it writes, the largest first with a minus', () => {
  expect(parseSort('-summary.error')).toEqual({ key: 'summary.error', direction: -1 });
  for (const text of ['seed', '-settings.a-b', '-']) expect(formatSort(parseSort(text))).toBe(text);
});
