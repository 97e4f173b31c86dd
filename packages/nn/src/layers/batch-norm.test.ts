import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputOf, shapeOf } from '../../test/apply.ts';
import {
  batchNorm,
  constantRate,
  fit,
  flatten,
  inference,
  initialize,
  type Mode,
  meanSquaredError,
  sequential,
  sgd,
  unflatten,
} from '../index.ts';

const training: Mode = { ...inference, training: true, update: () => undefined };

const momentsOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
};

const batches = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 3 })).chain(([rows, features]) =>
  fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: features, maxLength: features }), {
    minLength: rows,
    maxLength: rows,
  }),
);

test('in training each feature gets the mean β, and the variance γ² less what ε takes', () => {
  fc.assert(
    fc.property(batches, (x) => {
      const features = x[0]!.length;
      const params = [3, 0.5, 0, 1].flatMap((value) => new Array<number>(features).fill(value));
      const y = outputOf(batchNorm({ features }), params, x, training);
      for (let feature = 0; feature < features; feature++) {
        const before = momentsOf(x.map((row) => row[feature]!));
        const after = momentsOf(y.map((row) => row[feature]!));
        expect(after.mean).toBeCloseTo(0.5, 4);
        expect(after.variance / 9).toBeCloseTo(before.variance / (before.variance + 1e-5), 4);
      }
    }),
  );
});

test('a large mean costs no more digits than the input has lost already', () => {
  const values = [-1, 0, 1];
  const y = outputOf(
    batchNorm({ features: 1 }),
    [1, 0, 0, 1],
    values.map((value) => [4096 + value]),
    training,
  );
  for (const [i, value] of values.entries()) expect(y[i]![0]).toBeCloseTo(value / Math.sqrt(2 / 3 + 1e-5), 5);
});

test('inference uses the running mean and variance', () => {
  const [gamma, beta, mean, variance] = [2, 1, 5, 4];
  expect(outputOf(batchNorm({ features: 1, epsilon: 1e-9 }), [gamma, beta, mean, variance], [[5], [9]])).toEqual([
    [1],
    [5],
  ]);
});

test('the running mean and variance start at 0 and 1 and follow the batch, the variance unbiased', async () => {
  const model = batchNorm({ features: 2 });
  expect([...initialize(model, 0)]).toEqual([1, 1, 0, 0, 0, 0, 1, 1]);
  const x = { data: Float32Array.of(1, 10, 3, 10, 5, 40), rows: 3, cols: 2 };
  const options = { model, loss: meanSquaredError, data: { x, y: x }, optimizer: sgd(), learningRate: constantRate(0) };
  const { params } = await fit({ ...options, steps: 2, batchSize: Number.POSITIVE_INFINITY });
  // Means 3 and 20, unbiased variances 4 and 300: twice a tenth of the way.
  for (const [i, value] of [1, 1, 0, 0, 0.57, 3.8, 1.57, 57.81].entries()) expect(params[i]).toBeCloseTo(value, 4);
});

test('any axis may be that of features', () => {
  const rows = [
    [1, 2, 3, 4, 5, 6],
    [3, 5, 0, 1, 1, 8],
  ];
  const normalized = (axis: number, shape: readonly number[], x: readonly (readonly number[])[]) => {
    const model = sequential([unflatten(shape), batchNorm({ features: 2, axis }), flatten()]);
    return outputOf(model, [1, 2, 0, 1, 0, 0, 1, 1], x, training);
  };
  const turn = (row: readonly number[]) => [0, 2, 4, 1, 3, 5].map((at) => row[at]!);
  const last = normalized(2, [3, 2], rows);
  const first = normalized(1, [2, 3], rows.map(turn));
  for (const [row, values] of last.map(turn).entries())
    for (const [i, value] of values.entries()) expect(first[row]![i]).toBeCloseTo(value, 6);
});

test('batchNorm says what it takes', () => {
  expect(() => shapeOf(batchNorm({ features: 4 }), [2, 3, 5, 5])).toThrow(
    'nn: batchNorm takes 4 features on axis 1, the input is [2, 3, 5, 5]',
  );
  expect(() => outputOf(batchNorm({ features: 2 }), [1, 1, 0, 0, 0, 0, 1, 1], [[1, 2]], training)).toThrow(
    'nn: batchNorm in training needs more than one value of each feature, the input is [1, 2]; take another batchSize',
  );
});

test.each<[() => unknown, string]>([
  [() => batchNorm({ features: 2, axes: 1 } as never), 'nn: batchNorm has no setting "axes"; the nearest are axis'],
  [() => batchNorm({ features: 0 }), "nn: batchNorm's features is 0; an integer of at least 1 is needed"],
  [() => batchNorm({ features: 1, axis: 0 }), "nn: batchNorm's axis is 0; an integer of at least 1 is needed"],
  [
    () => batchNorm({ features: 1, momentum: 1.1 }),
    "nn: batchNorm's momentum is 1.1; a finite number of at least 0 and at most 1 is needed",
  ],
  [() => batchNorm({ features: 1, epsilon: 0 }), "nn: batchNorm's epsilon is 0; a finite number above 0 is needed"],
])('settings out of range are refused, case %#', (make, message) => {
  expect(make).toThrow(message);
});
