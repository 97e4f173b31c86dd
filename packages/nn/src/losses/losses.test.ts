import { evaluate, f32, i32, input, type Tensor, trace } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { accuracy, logistic, meanSquaredError, softmaxCrossEntropy } from '../index.ts';

type Given = {
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32';
  readonly data: readonly number[];
};

function lossOf(loss: typeof accuracy, ...given: readonly [Given, Given]): number {
  const tensors = given.map(({ shape, dtype = 'float32' }, i) => input(`input${i}`, shape, dtype)) as [Tensor, Tensor];
  const values = tensors.map((tensor, i) => {
    const { shape, dtype, data } = { dtype: 'float32' as const, ...given[i]! };
    return [tensor, { shape, dtype, data: Float64Array.from(data) }] as const;
  });
  return evaluate([loss(...tensors)], new Map(values))[0]!.data[0]!;
}

test('accuracy counts the rows whose largest score is at the label', () => {
  const scores = { shape: [4, 3], data: [0, 2, 1, 5, 0, 0, 0, 0, 1, 1, 3, 2] };
  expect(lossOf(accuracy, scores, { shape: [4], dtype: 'int32', data: [1, 0, 2, 0] })).toBe(0.75);
});

test('accuracy with several columns compares where the largest entries are', () => {
  const scores = { shape: [2, 2], data: [0.1, 0.2, 3, -1] };
  expect(lossOf(accuracy, scores, { shape: [2, 2], data: [-1, 1, -1, 1] })).toBe(0.5);
});

test('accuracy with one column compares signs, and a prediction of 0 is wrong', () => {
  const scores = { shape: [4, 1], data: [0.3, -2, 0, 1] };
  expect(lossOf(accuracy, scores, { shape: [4, 1], data: [1, -1, 1, -1] })).toBe(0.5);
});

test.each([
  { loss: meanSquaredError, name: 'meanSquaredError' },
  { loss: logistic, name: 'logistic' },
])('$name refuses targets of another shape', ({ loss, name }) => {
  const specs = { f: f32(4, 3), y: f32(4, 1) };
  expect(() => trace(specs, ({ f, y }) => ({ loss: loss(f, y) }))).toThrow(
    `nn: ${name} takes targets like the predictions, float32 [4, 3]; they are float32 [4, 1]`,
  );
});

test.each([
  { loss: softmaxCrossEntropy, name: 'softmaxCrossEntropy' },
  { loss: accuracy, name: 'accuracy' },
])('$name refuses labels for another number of rows', ({ loss, name }) => {
  const specs = { f: f32(4, 3), y: i32(5) };
  expect(() => trace(specs, ({ f, y }) => ({ loss: loss(f, y) }))).toThrow(
    `nn: ${name} takes scores [rows, classes] and int32 labels [rows]; the scores are [4, 3], the labels int32 [5]`,
  );
});
