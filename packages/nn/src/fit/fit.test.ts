import { expect, test } from 'vitest';
import { sectorNet, sectors } from '../../test/problems.ts';
import { accuracy, adam, fit, softmaxCrossEntropy } from '../index.ts';

test('fit learns to classify points, and validation agrees', async () => {
  const result = await fit({
    model: sectorNet(),
    loss: softmaxCrossEntropy,
    data: sectors(500),
    validation: sectors(300, 2),
    metrics: { accuracy },
    optimizer: adam(),
    learningRate: 0.02,
    batchSize: 64,
    epochs: 20,
  });
  expect(result.history).toHaveLength(20);
  expect(result.steps).toBe(20 * 8);
  expect(result.history.at(-1)!.training.accuracy).toBeGreaterThan(0.95);
  expect(result.history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.93);
});
