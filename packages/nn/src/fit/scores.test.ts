import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTally } from './scores.ts';

const batch = fc.record({ loss: fc.double({ min: -10, max: 10, noNaN: true }), rows: fc.integer({ min: 1, max: 50 }) });

test('a tally is the mean over rows', () => {
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1 }), (batches) => {
      const tally = createTally(['loss']);
      for (const { loss, rows } of batches) tally.add([loss], rows, rows);
      const rows = batches.flatMap(({ loss, rows: n }) => new Array<number>(n).fill(loss));
      expect(tally.take().loss).toBeCloseTo(rows.reduce((sum, loss) => sum + loss, 0) / rows.length, 9);
    }),
  );
});

test('a tally starts anew after it was taken', () => {
  const tally = createTally(['loss', 'accuracy']);
  tally.add([4, 1], 3, 3);
  tally.take();
  tally.add([2, 0.5], 5, 5);
  expect(tally.take()).toEqual({ loss: 2, accuracy: 0.5 });
});

test('a tally goes on from its state', () => {
  const [first, second] = [createTally(['loss']), createTally(['loss'])];
  first.add([1], 10, 10);
  second.restore(first.state());
  second.add([4], 5, 5);
  expect(second.take().loss).toBe(2);
});
