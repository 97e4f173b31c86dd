import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingOf } from './remaining.ts';

const counts = fc.array(fc.nat(5), { minLength: 1, maxLength: 40 });

test('sums, places and counts follow from what is left, as if they were added up anew', () => {
  fc.assert(
    fc.property(counts, fc.infiniteStream(fc.nat()), (initial, draws) => {
      const left = [...initial];
      const remaining = remainingOf(Int32Array.from(initial));
      for (let total = sum(left); total > 0; total--) {
        expect(remaining.total).toBe(total);
        expect(left.map((_, symbol) => remaining.before(symbol))).toEqual(left.map((_, s) => sum(left.slice(0, s))));
        const urn = left.flatMap((count, symbol) => Array<number>(count).fill(symbol));
        expect(urn.map((_, place) => remaining.at(place))).toEqual(urn);
        const symbol = urn[draws.next().value % total]!;
        remaining.take(symbol);
        left[symbol]!--;
        expect(left.map((_, s) => remaining.count(s))).toEqual(left);
      }
    }),
    { numRuns: 50 },
  );
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
