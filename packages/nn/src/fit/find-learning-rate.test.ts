import { expect, test } from 'vitest';
import { sectorNet, sectors } from '../../test/problems.ts';
import { findLearningRate, fit, initialize, sgd, softmaxCrossEntropy } from '../index.ts';

const options = () => ({
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(200),
  batchSize: 32,
});

test('a suggested rate trains better than much smaller and much larger ones, and parameters stay', async () => {
  const params = initialize(sectorNet(), 3);
  const before = params.slice();
  const { suggested, curve } = await findLearningRate({ ...options(), params });
  expect(params).toEqual(before);
  expect(curve.length).toBeGreaterThan(20);
  curve.slice(1).forEach(({ learningRate }, i) => {
    expect(learningRate / curve[i]!.learningRate).toBeCloseTo(1e8 ** (1 / 99), 5);
  });
  const lossAt = async (learningRate: number) =>
    (await fit({ ...options(), params, learningRate, epochs: 10 })).history.at(-1)!.training.loss;
  const found = await lossAt(suggested);
  expect(found).toBeLessThan(await lossAt(suggested / 100));
  expect(found).toBeLessThan(await lossAt(Math.min(10, suggested * 100)));
});

test('a sweep ends where the loss grows, also beyond all numbers', async () => {
  const { diverged, curve } = await findLearningRate({
    ...options(),
    optimizer: sgd(),
    from: 1e-3,
    to: 1e30,
    steps: 60,
  });
  expect(diverged).toBe(true);
  expect(curve.length).toBeLessThan(60);
});

test('an abort of its own is thrown, and a range that is none is refused', async () => {
  const controller = new AbortController();
  const asked = findLearningRate({
    ...options(),
    signal: controller.signal,
    onStep: ({ step }) => step === 3 && controller.abort(new Error('enough')),
  });
  await expect(asked).rejects.toThrow('enough');
  await expect(findLearningRate({ ...options(), from: 1, to: 0.1 })).rejects.toThrow(
    'nn: findLearningRate goes from 1 to 0.1 in 100 steps; a larger rate after at least 10 steps is needed',
  );
  await expect(findLearningRate({ ...options(), steps: 3 })).rejects.toThrow('in 3 steps');
});
