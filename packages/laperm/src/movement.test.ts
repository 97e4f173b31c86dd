import { initialize } from '@unbraid/nn';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allKinds, mlp, shuffled } from '../test/models.ts';
import { weightMovement } from './movement.ts';

const model = mlp(3, 2, 1);

test('each entry knows where its value came from, in the layout of its parameter', () => {
  const initial = Float32Array.of(...[1, 10, 2, 20, 3, 30], ...[7, 8], ...[5, 4], 9);
  // The first column goes round, two entries of the second change places, the rest stays.
  const final = Float32Array.of(...[3, 20, 1, 10, 2, 30], ...[8, 7], ...[5, 4], 9);
  expect(weightMovement(model, initial, final, (path) => path === '2.bias')).toEqual([
    { path: '0.weight', from: Int32Array.of(4, 3, 0, 1, 2, 5), moved: 5 / 6 },
    { path: '0.bias', from: Int32Array.of(1, 0), moved: 1 },
    { path: '2.weight', from: Int32Array.of(0, 1), moved: 0 },
  ]);
});

test('of equal values as many as can stay in place, and the others move in order', () => {
  const column = (...values: number[]) => Float32Array.of(...values.flatMap((value) => [value, value]), 0, 0, 1, 2, 3);
  const wide = mlp(5, 2, 1);
  const [first] = weightMovement(wide, column(0, 4, 0, 4, 0), column(0, 0, 4, 0, 4));
  expect(first).toEqual({ path: '0.weight', from: Int32Array.of(0, 1, 4, 5, 2, 3, 8, 9, 6, 7), moved: 4 / 5 });
});

test('the values at first, taken from where they came from, are the values now', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (seed, order) => {
      const initial = initialize(allKinds, seed).map((value) => Math.round(4 * value));
      const final = initial.slice();
      shuffled(final.subarray(24, 42), order);
      shuffled(final.subarray(110, 115), order);
      const movement = weightMovement(allKinds, initial, final);
      const leaves = { dense: [0, 24], conv: [24, 78], transposed: [78, 110], bias: [110, 115] } as const;
      for (const { path, from, moved } of movement) {
        const [start, end] = leaves[path as keyof typeof leaves];
        const before = initial.subarray(start, end);
        const after = final.subarray(start, end);
        expect(Float32Array.from(from, (at) => before[at]!)).toEqual(after);
        expect([...from].sort((a, b) => a - b)).toEqual([...from.keys()]);
        expect(moved).toBe(from.filter((at, i) => !Object.is(before[i], after[i]) && at !== i).length / from.length);
      }
    }),
  );
});

test('weights that did not only move are refused', () => {
  const initial = initialize(model, 1);
  const final = initial.slice();
  final[3] = 5;
  expect(() => weightMovement(model, initial, final)).toThrow(
    'laperm: neuron 1 of 0.weight has other weights than at first, so they did not only move',
  );
});
