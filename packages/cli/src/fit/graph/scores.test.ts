import { expect, it } from 'vitest';
import { scoresOf } from './scores.ts';
import type { NodeTargets } from './targets.ts';

const classes = ['a', 'b', 'c', 'd'];
const outcome = (...predicted: number[]) => ({
  test: Int32Array.from(predicted.keys()),
  outputs: Float32Array.from(predicted.flatMap((k) => classes.map((_, at) => Number(at === k)))),
});
const targets = (labels: Int32Array): NodeTargets => ({
  task: 'classification',
  columns: ['y'],
  names: classes,
  labels,
});

it('counts a class in macro F1 that nodes are taken for and none is of, as scikit-learn does', () => {
  const { score, macroF1 } = scoresOf([outcome(0, 2, 1, 1)], targets(Int32Array.of(0, 0, 1, 1)), true);
  expect(score).toBe(0.75);
  // f1_score([0, 0, 1, 1], [0, 2, 1, 1], average='macro')
  expect(macroF1).toBeCloseTo(0.5555555555555555, 12);
});

it("has Wilson's interval for one set of test nodes, and Student's over several", () => {
  const labels = Int32Array.from({ length: 10 }, () => 0);
  const right = (count: number) => outcome(...Array.from(labels, (_, i) => Number(i >= count)));
  // statsmodels: proportion_confint(8, 10, method='wilson'), with 1.96 for its quantile
  const { lower, upper } = scoresOf([right(8)], targets(labels), false);
  expect(lower).toBeCloseTo(0.4901625, 4);
  expect(upper).toBeCloseTo(0.9433178, 4);
  const all = scoresOf([right(10)], targets(labels), true);
  expect([all.lower, all.upper]).toEqual([expect.closeTo(0.7224672, 4), 1]);
  // scipy: t.interval(0.95, 2, 0.8, 0.1 / sqrt(3))
  const over = scoresOf([right(7), right(8), right(9)], targets(labels), false);
  expect([over.lower, over.upper]).toEqual([expect.closeTo(0.5515862, 4), 1]);
});
