import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

test('work is done in its order, whatever fails, and what is alone begins at once', async () => {
  const inTurn = oneAtATime();
  const told: string[] = [];
  const work = (name: string, pauses: number, fails = false) =>
    inTurn(async () => {
      told.push(`${name} begins`);
      for (let i = 0; i < pauses; i++) await undefined;
      told.push(`${name} ends`);
      if (fails) throw new RangeError(name);
      return name;
    });
  const all = [work('a', 5), work('b', 1, true), work('c', 0)];
  expect(told).toEqual(['a begins']);
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  await Promise.resolve();
  const later = work('d', 0);
  expect(told.slice(-2)).toEqual(['d begins', 'd ends']);
  expect(await later).toBe('d');
});
