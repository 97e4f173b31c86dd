import { nodeRuntime } from '@unbraid/graph/node';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputOf } from '../../test/apply.ts';
import { normalMatrix, sectorNet, sectors } from '../../test/problems.ts';
import { accuracy, evaluateModel, initialize, predict, softmaxCrossEntropy } from '../index.ts';

const model = sectorNet();
const params = initialize(model, 1);

test('predict gives the outputs of all rows, however they are divided into batches', async () => {
  const runtime = nodeRuntime({ threads: 1 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 15 }), async (rows, batchSize) => {
      const x = normalMatrix(rows, 2, rows);
      const lines = Array.from({ length: rows }, (_, i) => [...x.data.subarray(2 * i, 2 * i + 2)]);
      const expected = outputOf(model, params, lines).flat();
      const output = await predict(model, params, x, { batchSize, runtime });
      expect([output.rows, output.cols]).toEqual([rows, 3]);
      for (const [i, value] of output.data.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
    }),
    { numRuns: 15 },
  );
  expect(runtime.arena.stats().blocks).toBe(0);
});

test('evaluateModel weighs batches by their rows', async () => {
  const data = sectors(70);
  const measure = (batchSize: number) =>
    evaluateModel(model, params, data, { loss: softmaxCrossEntropy, metrics: { accuracy }, batchSize });
  const [whole, parts] = [await measure(70), await measure(32)];
  expect(parts.loss).toBeCloseTo(whole.loss, 5);
  expect(parts.accuracy).toBeCloseTo(whole.accuracy!, 5);
});

test('accuracy agrees with counting the predictions', async () => {
  const data = sectors(70);
  const { data: scores } = await predict(model, params, data.x);
  const right = data.y.filter((label, i) => {
    const row = scores.subarray(3 * i, 3 * i + 3);
    return row[label] === Math.max(...row);
  });
  const { accuracy: measured } = await evaluateModel(model, params, data, {
    loss: softmaxCrossEntropy,
    metrics: { accuracy },
  });
  expect(measured).toBeCloseTo(right.length / 70, 6);
});
