import { describe, expect, it } from 'vitest';
import { scoresOf, targetErrors, targetScores, usualOf } from './scores.ts';
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

describe('of other tasks', () => {
  const nodes = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
  const { NaN: none } = Number;
  // All by scikit-learn: roc_auc_score, accuracy_score, f1_score, r2_score, mean_absolute_error.
  const logits = [-1, 0.5, 2, 0.7, -0.3, -2];
  const truth = [0, 1, 1, 0, 1, 0];
  const binary: NodeTargets = {
    ...{ task: 'binary', columns: ['y'], names: ['a', 'b'] },
    labels: Int32Array.from(truth),
  };

  it('two classes have the area under their curve, and what their logits say', () => {
    const found = scoresOf([{ test: nodes(6), outputs: Float32Array.from(logits) }], binary, true);
    expect(found.score).toBeCloseTo(7 / 9, 12);
    expect([found.accuracy, found.macroF1]).toEqual([expect.closeTo(2 / 3, 12), expect.closeTo(2 / 3, 12)]);
    expect([...found.confusion!]).toEqual([2, 1, 1, 2]);
    expect(found.lower).toBeLessThan(found.score);
    expect(found.upper).toBeGreaterThan(found.score);
  });

  it('labels have the mean of theirs, of what is known, without those that are everywhere', () => {
    const second = [1, 0, none, 1, none, 1];
    const values = Float32Array.from(truth.flatMap((first, i) => [first, second[i]!, 1]));
    const targets: NodeTargets = { task: 'multilabel', columns: ['a', 'b', 'c'], names: ['a', 'b', 'c'], values };
    const others = [0.2, -0.4, 9, 0.1, 9, -0.5];
    const answered = { test: nodes(6), outputs: Float32Array.from(logits.flatMap((z, i) => [z, others[i]!, 1])) };
    expect(targetScores(answered, targets)).toEqual([expect.closeTo(7 / 9, 12), expect.closeTo(2 / 3, 12), none]);
    expect(targetErrors(answered, targets)).toEqual([expect.closeTo(2 / 3, 12), 0.75, 1]);
    const found = scoresOf([answered], targets, true);
    expect(found.score).toBeCloseTo(0.7222222222222223, 12);
    expect(found.confusion).toBeUndefined();
  });

  it('quantities have R² and the error in their units, and may be worse than their mean', () => {
    const rows = [
      [1, 10],
      [2, 30],
      [4, none],
      [7, 20],
      [3, none],
      [5, 50],
    ];
    const targets: NodeTargets = {
      ...{ task: 'regression', columns: ['a', 'b'], names: ['a', 'b'] },
      values: Float32Array.from(rows.flat()),
    };
    const given = [
      [1.5, 12],
      [2, 25],
      [3, 0],
      [8, 20],
      [2, 0],
      [5.5, 40],
    ];
    const answered = { test: nodes(6), outputs: Float32Array.from(given.flat()) };
    const found = scoresOf([answered], targets, true);
    expect(found.score).toBeCloseTo(0.8512857142857142, 6);
    expect(found.meanAbsoluteError).toBeCloseTo(2.4583333333333335, 6);
    const [usual] = usualOf([{ train: nodes(2), test: nodes(6) }], targets);
    expect([...usual!.outputs.subarray(0, 4)]).toEqual([1.5, 20, 1.5, 20]);
    expect(scoresOf([usual!, usual!], targets, false).lower).toBeLessThan(0);
  });

  it('an interval of fixed test nodes is that of the mean over trainings', () => {
    const test = nodes(200);
    const labels = test.map((i) => i % 2);
    const targets: NodeTargets = { ...binary, labels };
    const by = (noise: number) => ({
      test,
      outputs: Float32Array.from(test, (i) => (i % 2) + noise * Math.sin(7 * i)),
    });
    const [good, bad] = [scoresOf([by(0.6)], targets, true), scoresOf([by(3)], targets, true)];
    expect(good.lower).toBeGreaterThan(bad.upper);
    const both = scoresOf([by(0.6), by(3)], targets, true);
    expect([both.lower < both.score, both.score < both.upper]).toEqual([true, true]);
    expect([both.lower > bad.upper, both.upper < good.lower]).toEqual([true, true]);
  });
});
