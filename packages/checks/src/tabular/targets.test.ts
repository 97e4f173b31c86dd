import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError, toLabels, toTargets } from '../index.ts';

test('whole numbers are labels as they are, without a copy where they are an Int32Array', () => {
  const labels = Int32Array.of(2, 0, 1);
  expect(toLabels('nn: y', labels).labels).toBe(labels);
  for (const given of [Uint8Array.of(2, 0, 1), [2, 0, 1], Uint32Array.of(2, 0, 1)])
    expect(toLabels('nn: y', given)).toEqual({ labels });
});

test('names are numbered in their order, and each label has its name', () => {
  expect(toLabels('nn: y', ['dog', 'cat', 'dog'])).toEqual({ labels: Int32Array.of(1, 0, 1), classes: ['cat', 'dog'] });
  expect(toLabels('nn: y', [true, false])).toEqual({ labels: Int32Array.of(1, 0), classes: ['false', 'true'] });
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (names) => {
      const { labels, classes } = toLabels('nn: y', names);
      expect(Array.from(labels, (label) => classes![label])).toEqual(names);
      expect(new Set(classes).size).toBe(classes!.length);
    }),
  );
});

test("a model's classes keep their places", () => {
  expect(toLabels('nn: y', ['dog', 'dog'], { classes: ['emu', 'dog', 'cat'] }).labels).toEqual(Int32Array.of(1, 1));
  expect(() => toLabels('nn: y', ['dog', 'dgo'], { classes: ['cat', 'dog'] })).toThrow(
    'nn: y has "dgo" at row 1 (counted from 0), which is no class; the nearest are "dog", "cat"',
  );
});

test('targets are told apart by what they are', () => {
  expect(toTargets('nn: y', ['b', 'a'])).toEqual({ kind: 'labels', labels: Int32Array.of(1, 0), classes: ['a', 'b'] });
  expect(toTargets('nn: y', Uint8Array.of(1, 0))).toEqual({ kind: 'labels', labels: Int32Array.of(1, 0) });
  const column = { data: Float32Array.of(0.5, 1), rows: 2, cols: 1 };
  for (const given of [Float32Array.of(0.5, 1), Float64Array.of(0.5, 1), [[0.5], [1]], column])
    expect(toTargets('nn: y', given)).toEqual({ kind: 'quantities', matrix: column });
});

test('a plain array means what its reader knows that it means', () => {
  expect(toTargets('nn: y', [1, 0], { plain: 'labels' })).toEqual({ kind: 'labels', labels: Int32Array.of(1, 0) });
  expect(toTargets('nn: y', [1, 0], { plain: 'quantities' })).toEqual({
    kind: 'quantities',
    matrix: { data: Float32Array.of(1, 0), rows: 2, cols: 1 },
  });
});

test.each<[unknown, string]>([
  [[0, 1, 1], 'nn: y is an array of 3 numbers, which may be classes or quantities; give classes as Int32Array.from(y)'],
  [undefined, 'nn: y is undefined; give classes as whole numbers (Int32Array) or text'],
  ['cat', 'nn: y is "cat"; give classes'],
  [new Map(), 'nn: y is an object without entries; give classes'],
  [[], 'nn: y has no labels; at least 1 is needed'],
  [['a', 'b'], 'nn: y has 2 labels, X has 3 rows; give one label for each row, in the same order'],
  [Float32Array.of(1, 2), 'nn: y has 2 rows, X has 3; give one for each row of X, in the same order'],
  [['a', 'b', 3], 'nn: y has 3 at row 2 (counted from 0) and "a" at row 0; labels are of one kind'],
  [Int32Array.of(0, 1, -1), 'nn: y has -1 at row 2 (counted from 0); labels are whole numbers from 0'],
  [Uint32Array.of(0, 1, 2 ** 31), 'nn: y has 2147483648 at row 2 (counted from 0); labels are whole numbers from 0'],
  [BigInt64Array.of(0n, 1n, 2n), 'nn: y has 0n at row 0 (counted from 0); labels are whole numbers from 0'],
  [[[1], [2], [Number.NaN]], 'nn: y has 1 NaN value, the first at row 2, column 0 (counted from 0)'],
])('what is no target is refused in one line, case %#', (given, message) => {
  const refused = () => toTargets('nn: y', given, { rows: 3 });
  expect(refused).toThrow(InputError);
  expect(refused).toThrow(message);
});

test('names are refused where classes have none, booleans are 0 and 1', () => {
  expect(() => toLabels('nn: y', ['b', 'a'], { numbered: true })).toThrow(
    'nn: y has "b" at row 0 (counted from 0), and the classes have no names; give their numbers, from 0',
  );
  expect([...toLabels('nn: y', [true, false], { numbered: true }).labels]).toEqual([1, 0]);
  expect([...toLabels('nn: y', [1, 0], { numbered: true }).labels]).toEqual([1, 0]);
});

test('labels are no quantities', () => {
  expect(() => toLabels('nn: y', Float32Array.of(0, 1))).toThrow(
    'nn: y is a Float32Array of 2; give a class for each row, as whole numbers from 0 or as text',
  );
  expect(() => toLabels('nn: y', [0, 1.5])).toThrow('nn: y has 1.5 at row 1 (counted from 0)');
});
