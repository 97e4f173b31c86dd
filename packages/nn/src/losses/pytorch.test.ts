import { evaluate, grad, input } from '@unbraid/graph';
import { expect, test } from 'vitest';
import { pytorch } from '../../test/fixtures.ts';
import { logistic, meanSquaredError, softmaxCrossEntropy } from '../index.ts';

const losses = { logistic, meanSquaredError, softmaxCrossEntropy };

test.each(pytorch.losses)('$loss and its gradient agree with PyTorch, case %#', (expected) => {
  const { outputs, targets } = expected;
  const f = input('f', outputs.shape, outputs.dtype);
  const y = input('y', targets.shape, targets.dtype);
  const loss = losses[expected.loss];
  const values = new Map([
    [f, { ...outputs, data: Float64Array.from(outputs.data) }],
    [y, { ...targets, data: Float64Array.from(targets.data) }],
  ]);
  const [value, gradient] = evaluate([loss(f, y), grad(loss)(f, y)], values);
  expect(value!.data[0]! / expected.value).toBeCloseTo(1, 12);
  for (const [i, entry] of gradient!.data.entries()) expect(entry).toBeCloseTo(expected.gradient[i]!, 12);
});
