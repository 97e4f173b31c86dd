import { expect, test } from 'vitest';
import { metrics } from '../../test/fixtures.ts';
import {
  accuracyScore,
  bestLabels,
  confusionMatrix,
  f1Score,
  logLoss,
  maeScore,
  mseScore,
  precisionScore,
  r2Score,
  recallScore,
  rocAucScore,
  softmaxRows,
} from '../index.ts';

const matrix = ({ data, shape }: { data: readonly number[]; shape: readonly number[] }) => ({ data, cols: shape[1]! });
const optional = (weights: readonly number[] | null) => (weights ? { weights } : {});

test.each(metrics.labels)("scores of labels are scikit-learn's, case %#", (wanted) => {
  const { true: truth, predicted, classes, weights } = wanted;
  const options = { classes, ...optional(weights) };
  const confusion = confusionMatrix(truth, predicted, options);
  wanted.confusion.forEach((row, i) => {
    row.forEach((count, j) => {
      expect(confusion[i]![j]).toBeCloseTo(count, 9);
    });
  });
  expect(accuracyScore(truth, predicted, optional(weights))).toBeCloseTo(wanted.accuracy, 12);
  for (const [name, score] of Object.entries({ precision: precisionScore, recall: recallScore, f1: f1Score })) {
    const { none: _, ...averages } = wanted[name as 'f1'];
    for (const [average, value] of Object.entries(averages))
      expect(score(truth, predicted, { ...options, average: average as 'macro' }), `${name} ${average}`).toBeCloseTo(
        value,
        12,
      );
  }
});

test('the average is binary with two classes, else macro', () => {
  const [two, four] = [metrics.labels[0]!, metrics.labels[2]!];
  expect(f1Score(two.true, two.predicted)).toBeCloseTo(two.f1.binary!, 12);
  expect(f1Score(four.true, four.predicted)).toBeCloseTo(four.f1.macro, 12);
});

test.each(metrics.ranking)("the area under the curve is scikit-learn's, ties among the scores, case %#", (wanted) => {
  expect(rocAucScore(wanted.true, wanted.scores, optional(wanted.weights))).toBeCloseTo(wanted.auc, 12);
});

test('scores that are all the same say nothing', () => {
  expect(rocAucScore([0, 1, 1], [2, 2, 2])).toBe(0.5);
});

test.each(metrics.probabilities)("log loss is scikit-learn's, case %#", (wanted) => {
  expect(logLoss(wanted.true, matrix(wanted.scores), optional(wanted.weights))).toBeCloseTo(wanted.logLoss, 5);
});

test.each(metrics.quantities)("errors of quantities are scikit-learn's, case %#", (wanted) => {
  const [truth, predicted] = [matrix(wanted.true), matrix(wanted.predicted)];
  const options = optional(wanted.weights);
  expect(maeScore(truth, predicted, options)).toBeCloseTo(wanted.mae, 5);
  expect(mseScore(truth, predicted, options)).toBeCloseTo(wanted.mse, 5);
  expect(r2Score(truth, predicted, options)).toBeCloseTo(wanted.r2, 5);
});

test('a constant truth that is met has an R² of 1, one that is missed 0', () => {
  expect(r2Score([3, 3], [3, 3])).toBe(1);
  expect(r2Score(Float32Array.of(3, 3), [3, 4])).toBe(0);
});

test('outputs become labels and probabilities', () => {
  expect(
    bestLabels([
      [1, 3, 3],
      [5, 2, 0],
    ]),
  ).toEqual(Int32Array.of(1, 0));
  expect(bestLabels([[-1], [0.5], [0]])).toEqual(Int32Array.of(0, 1, 0));
  const { data } = softmaxRows([
    [1000, 1000],
    [0, Math.log(3)],
  ]);
  [0.5, 0.5, 0.25, 0.75].forEach((p, i) => {
    expect(data[i]).toBeCloseTo(p, 6);
  });
});

test.each<[() => unknown, string]>([
  [
    () => accuracyScore([0, 1], [0]),
    'nn: accuracyScore takes as many predictions as there are true values, and at least one; there are 1 and 2',
  ],
  [() => accuracyScore([], []), 'there are 0 and 0'],
  [() => accuracyScore('01' as never, [0, 1]), 'nn: accuracyScore\'s truth is "01"; an array is needed'],
  [
    () => f1Score([0, 1.5], [0, 1]),
    "nn: f1Score's truth has 1.5 at row 1 (counted from 0); labels are whole numbers from 0",
  ],
  [() => f1Score([0, 2], [0, 1], { average: 'binary' }), "nn: f1Score has 3 classes, and average 'binary' is of two"],
  [
    () => f1Score([0, 1], [0, 1], { avarage: 'macro' } as never),
    'nn: f1Score has no setting "avarage"; the nearest are average',
  ],
  [
    () => confusionMatrix([0, 5], [0, 1], { classes: 3 }),
    'nn: confusionMatrix has the label 5, and there are 3 classes',
  ],
  [() => confusionMatrix([0, 1e6], [0, 1]), 'nn: confusionMatrix has 1000001 classes; at most 10000 are counted'],
  [() => recallScore([0, 1], [0, 1], { weights: [1] }), "nn: recallScore's weights has 1 entries, x has 2 rows"],
  [() => rocAucScore([0, 2], [0.1, 0.2]), 'nn: rocAucScore has the label 2 at row 1; it takes 0 and 1'],
  [() => rocAucScore([1, 1], [0.1, 0.2]), 'nn: rocAucScore needs rows of both classes that count'],
  [() => rocAucScore([0, 1], [0.1, Number.NaN]), "nn: rocAucScore's scores has 1 NaN value, the first at entry 1"],
  [
    () =>
      logLoss(
        [0, 1],
        [
          [0.5, 0.5],
          [2, -1],
        ],
      ),
    'nn: logLoss has the probability 2 in row 1; give softmaxRows of logits',
  ],
  [() => logLoss([0], [[0.5, 0.1]]), 'nn: logLoss has probabilities of sum 0.6'],
  [
    () => accuracyScore(['a', 'b'] as never, ['b', 'b'] as never),
    `nn: accuracyScore's truth has "a" at row 0 (counted from 0), and the classes have no names`,
  ],
  [() => rocAucScore(['b', 'a'] as never, [0.1, 0.2]), `nn: rocAucScore's truth has "b" at row 0`],
  [() => logLoss([2], [[0.5, 0.5]]), 'nn: logLoss has the label 2 at row 0, and there are 2 classes'],
  [() => maeScore([1, 2], [1]), 'nn: maeScore takes predictions like the true values, 2 × 1; they are 1 × 1'],
  [() => r2Score([1, Number.NaN], [1, 2]), "nn: r2Score's truth has 1 NaN value"],
])('what has no score is refused in one line, case %#', (score, message) => {
  expect(score).toThrow(message);
});
