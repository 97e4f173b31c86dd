import { compile, evaluate, f32, grad, hvp, i32, input, type Tensor, trace } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
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

test('accuracy counts no row with a NaN, wherever it stands', () => {
  const nan = Number.NaN;
  const scores = { shape: [4, 2], data: [nan, 1, 1, nan, nan, nan, 0, 1] };
  expect(lossOf(accuracy, scores, { shape: [4], dtype: 'int32', data: [0, 1, 0, 1] })).toBe(0.25);
  expect(lossOf(accuracy, scores, { shape: [4, 2], data: [1, -1, -1, 1, 1, -1, -1, 1] })).toBe(0.25);
  expect(lossOf(accuracy, { shape: [2, 1], data: [nan, 1] }, { shape: [2, 1], data: [1, 1] })).toBe(0.5);
});

const inf = Number.POSITIVE_INFINITY;

/** Value and gradient, by mathematics. */
test.each<[string, typeof logistic, Given, Given, number, readonly number[]]>([
  [
    'logistic of large scores',
    logistic,
    { shape: [4, 1], data: [1000, -1000, inf, -inf] },
    { shape: [4, 1], data: [1, -1, 1, -1] },
    0,
    [0, 0, 0, 0],
  ],
  [
    'logistic of wrong large scores',
    logistic,
    { shape: [2, 1], data: [-1000, inf] },
    { shape: [2, 1], data: [1, -1] },
    inf,
    [-0.5, 0.5],
  ],
  [
    'logistic in the tail',
    logistic,
    { shape: [1, 1], data: [20] },
    { shape: [1, 1], data: [1] },
    Math.log1p(Math.exp(-20)),
    [-1 / (1 + Math.exp(20))],
  ],
  [
    'softmaxCrossEntropy with classes left out',
    softmaxCrossEntropy,
    { shape: [2, 3], data: [0, -inf, 0, 5, 5, -inf] },
    { shape: [2], dtype: 'int32', data: [0, 1] },
    Math.log(2),
    [-0.25, 0, 0.25, 0.25, -0.25, 0],
  ],
  [
    'softmaxCrossEntropy of large scores',
    softmaxCrossEntropy,
    { shape: [1, 2], data: [1e4, -1e4] },
    { shape: [1], dtype: 'int32', data: [1] },
    2e4,
    [1, -1],
  ],
  [
    'softmaxCrossEntropy of equal scores',
    softmaxCrossEntropy,
    { shape: [1, 2], data: [0, 0] },
    { shape: [1], dtype: 'int32', data: [0] },
    Math.log(2),
    [-0.5, 0.5],
  ],
  [
    'meanSquaredError of equal arguments',
    meanSquaredError,
    { shape: [2], data: [3, -1] },
    { shape: [2], data: [3, -1] },
    0,
    [0, 0],
  ],
])(
  '%s has the right value and gradient, by evaluate and by ONNX Runtime',
  async (_, loss, scores, targets, value, gradient) => {
    const specs = {
      f: f32(...scores.shape),
      y: targets.dtype === 'int32' ? i32(...targets.shape) : f32(...targets.shape),
    };
    const graph = trace(specs, ({ f, y }) => ({
      value: loss(f, y),
      gradient: grad(loss)(f, y),
      curvature: hvp(loss)(f, f, y),
    }));
    const near = (actual: ArrayLike<number>, expected: readonly number[]) =>
      expected.forEach((e, i) => {
        if (Number.isFinite(e)) expect(Math.abs(actual[i]! - e)).toBeLessThanOrEqual(2e-6 * Math.abs(e));
        else expect(actual[i]).toBe(e);
      });
    const values = new Map(
      [[graph.inputs.f, scores] as const, [graph.inputs.y, targets] as const].map(([tensor, given]) => [
        tensor,
        { shape: given.shape, dtype: tensor.dtype, data: Float64Array.from(given.data) },
      ]),
    );
    const [byEvaluate, gradientByEvaluate] = evaluate([graph.outputs.value, graph.outputs.gradient], values);
    near(byEvaluate!.data, [value]);
    near(gradientByEvaluate!.data, gradient);
    const step = await compile(graph, nodeRuntime({ threads: 1 }));
    (step.inputs.f.data as Float32Array).set(scores.data);
    (step.inputs.y.data as Float32Array).set(targets.data);
    await step.run();
    near(step.outputs.value.float32, [value]);
    near(step.outputs.gradient.float32, gradient);
    if (scores.data.every(Number.isFinite)) expect(step.outputs.curvature.float32.every(Number.isFinite)).toBe(true);
    await step.release();
  },
);
