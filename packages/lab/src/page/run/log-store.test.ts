import fc from 'fast-check';
import { expect, it } from 'vitest';
import { afterEvent, emptyLog, isWhole, lineAt, PAGE, withLines } from './log-store.ts';

const lines = (first: number, count: number) => Array.from({ length: count }, (_, i) => ({ n: first + i }));

it('gives every line that it has heard of as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(1200)), { maxLength: 8 }), (parts) => {
      let log = emptyLog(0);
      for (const [first, count] of parts) log = withLines(log, first, lines(first, count));
      const wrong = Array.from({ length: log.total }, (_, i) => i).filter((i) => (lineAt(log, i)?.n ?? i) !== i);
      expect(wrong).toEqual([]);
      for (let page = 0; page * PAGE < log.total; page++)
        if (isWhole(log, page)) expect(lineAt(log, Math.min(log.total, (page + 1) * PAGE) - 1)).toBeDefined();
    }),
  );
});

it('keeps lines that follow, and forgets the oldest of very many', () => {
  let log = withLines(emptyLog(0), 0, lines(0, 700));
  log = withLines(log, 700, lines(700, 10));
  expect([lineAt(log, 699)!.n, lineAt(log, 709)!.n, isWhole(log, 1)]).toEqual([699, 709, true]);
  log = withLines(log, 710, lines(710, 100_000));
  expect(log.total).toBe(100_710);
  expect(log.pages.size).toBeLessThanOrEqual(60);
  expect(lineAt(log, 100_709)!.n).toBe(100_709);
  expect(lineAt(log, 0)).toBeUndefined();
});

it('begins anew where the log is cut, and hears its own run only', () => {
  const log = withLines(emptyLog(0), 0, lines(0, 3));
  expect(afterEvent(log, { type: 'restart', id: 'a' }, 'a')).toEqual(emptyLog(0));
  expect(afterEvent(log, { type: 'restart', id: 'b' }, 'a')).toBe(log);
  expect(afterEvent(log, { type: 'lines', id: 'a', first: 3, offset: 9, lines: lines(3, 1) }, 'a').total).toBe(4);
});
