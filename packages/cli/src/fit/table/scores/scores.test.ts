import { createMatrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { accuracyScore, f1Score, logLoss, maeScore, mseScore, r2Score, rocAucScore } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import type { Answers } from './answers.ts';
import { middle, scoresOf } from './intervals.ts';
import { scorerOf } from './sums.ts';

const random = createRandom(4);
const rows = 300;
const weights = random.uniform(new Float64Array(rows), 0.1, 2);

function classAnswers(classes: number): {
  answers: Answers;
  labels: Int32Array;
  outputs: ReturnType<typeof createMatrix>;
} {
  const labels = Int32Array.from({ length: rows }, () => random.int(classes));
  const outputs = createMatrix(rows, classes);
  for (let i = 0; i < rows; i++) {
    // Few different values, so that ties occur.
    const raw = Float64Array.from({ length: classes }, (_, c) => 1 + random.int(3) + (c === labels[i] ? 1 : 0));
    const sum = raw.reduce((a, b) => a + b);
    raw.forEach((value, c) => {
      outputs.data[i * classes + c] = value / sum;
    });
  }
  const names = Array.from({ length: classes }, (_, c) => String(c));
  return { answers: { task: 'classification', labels, classes: names }, labels, outputs };
}

describe('scores', () => {
  it.each([2, 4])('of %i classes are those of @unbraid/nn, with weights and without', (classes) => {
    const { answers, labels, outputs } = classAnswers(classes);
    for (const given of [undefined, weights]) {
      const options = given === undefined ? {} : { weights: given };
      const { names, scores } = scorerOf({ ...answers, weights: given }, outputs);
      const found = Object.fromEntries(names.map((name, k) => [name, scores(undefined)[k]!]));
      const claims = Int32Array.from({ length: rows }, (_, i) => {
        const row = [...outputs.data.subarray(i * classes, (i + 1) * classes)];
        return row.indexOf(Math.max(...row));
      });
      expect(found.accuracy).toBeCloseTo(accuracyScore(labels, claims, options), 12);
      expect(found.logLoss).toBeCloseTo(logLoss(labels, outputs, options), 6);
      expect(found.macroF1).toBeCloseTo(f1Score(labels, claims, { ...options, average: 'macro' }), 12);
      const second = Float32Array.from({ length: rows }, (_, i) => outputs.data[2 * i + 1]!);
      if (classes === 2) expect(found.auc).toBeCloseTo(rocAucScore(labels, second, options), 12);
      else expect(found.auc).toBeUndefined();
    }
  });

  it('of quantities are those of @unbraid/nn, far from 0 too', () => {
    const values = random.normal(new Float64Array(rows), 1e6, 2);
    const outputs = createMatrix(
      rows,
      1,
      Float32Array.from(values, (value) => value + random.next()),
    );
    const { names, scores } = scorerOf({ task: 'regression', values, weights }, outputs);
    const found = Object.fromEntries(names.map((name, k) => [name, scores(undefined)[k]!]));
    expect(found.r2).toBeCloseTo(r2Score(values, outputs.data, { weights }), 6);
    expect(found.rmse).toBeCloseTo(Math.sqrt(mseScore(values, outputs.data, { weights })), 6);
    expect(found.mae).toBeCloseTo(maeScore(values, outputs.data, { weights }), 6);
  });

  it('count a row as often as it is drawn', () => {
    const values = Float64Array.of(1, 2, 4, 7);
    const data = Float32Array.of(1, 3, 4, 5);
    const counted = scorerOf({ task: 'regression', values }, createMatrix(4, 1, data)).scores([2, 1, 0, 1]);
    const written = scorerOf(
      { task: 'regression', values: Float64Array.of(1, 1, 2, 7) },
      createMatrix(4, 1, Float32Array.of(1, 1, 3, 5)),
    ).scores(undefined);
    expect([...counted]).toEqual([...written].map((value) => expect.closeTo(value, 12)));
  });
});

describe('intervals', () => {
  it('of accuracy are about those of the normal approximation', () => {
    const labels = Int32Array.from({ length: 2000 }, (_, i) => i % 2);
    // 80% right.
    const outputs = createMatrix(2000, 2);
    labels.forEach((label, i) => {
      const isRight = i % 10 < 8;
      outputs.data[2 * i + (isRight ? label : 1 - label)] = 0.9;
      outputs.data[2 * i + (isRight ? 1 - label : label)] = 0.1;
    });
    const { scores, draws } = scoresOf({ task: 'classification', labels, classes: ['a', 'b'] }, outputs, 0);
    const { value, lower, upper } = scores[0]!;
    const half = 1.96 * Math.sqrt((0.8 * 0.2) / 2000);
    expect(value).toBeCloseTo(0.8, 12);
    expect(lower).toBeCloseTo(0.8 - half, 2);
    expect(upper).toBeCloseTo(0.8 + half, 2);
    expect(draws).toHaveLength(1000);
  });

  it('are the same for a seed, and leave out what is not defined', () => {
    const answers: Answers = { task: 'classification', labels: Int32Array.of(0, 1, 1), classes: ['a', 'b'] };
    const outputs = createMatrix(3, 2, Float32Array.of(0.8, 0.2, 0.3, 0.7, 0.6, 0.4));
    const first = scoresOf(answers, outputs, 1);
    expect(scoresOf(answers, outputs, 1)).toEqual(first);
    expect(first.scores.every(({ lower, upper }) => lower <= upper)).toBe(true);
    expect(middle(Float64Array.of(Number.NaN))).toEqual({ lower: Number.NaN, upper: Number.NaN });
  });
});
