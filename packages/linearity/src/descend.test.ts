import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { fixture, matrix, modelOf, relativeError } from '../test/fixture.ts';
import { descend, largestRate, tangentKernel } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const network = fixture.networks[0]!;
const problem = {
  model: modelOf(network),
  params: Float32Array.from(network.params),
  x: matrix(network.x),
  y: matrix(fixture.descent.y),
};

test('gradient descent has the losses of PyTorch', async () => {
  const { rate, losses } = fixture.descent;
  const seen: number[] = [];
  const onStep = ({ loss }: { readonly loss: number }) => void seen.push(loss);
  const maxSteps = losses.length - 1;
  const { steps, reached } = await descend(problem, { learningRate: rate, targetLoss: 0, maxSteps, onStep, runtime });
  expect([steps, reached]).toEqual([maxSteps, false]);
  expect(relativeError(seen, losses)).toBeLessThan(1e-5);
});

test('it ends where the target is reached, and leaves the first weights alone', async () => {
  const before = problem.params.slice();
  const end = await descend(problem, { learningRate: 0.3, targetLoss: 0.1, maxSteps: 5000, runtime });
  expect(end.reached).toBe(true);
  expect(end.loss).toBeLessThanOrEqual(0.1);
  expect(problem.params).toEqual(before);
  expect(end.params).not.toEqual(before);
});

test('where it diverges, it says which rates the kernel allows', async () => {
  const limit = largestRate(await tangentKernel(problem, problem.x, problem.x, { runtime }));
  await expect(
    descend(problem, { learningRate: 100 * limit, targetLoss: 1e-3, maxSteps: 5000, runtime }),
  ).rejects.toThrow(`allows rates below ${limit.toPrecision(4)}`);
});
