import { readFileSync } from 'node:fs';
import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { activation, batchNorm, dense, initialize, sequential } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../test/fixture.ts';
import { linearDistance, linearize, movedAlong, shortestStep, type TangentPoint, tangentKernel } from './index.ts';

/** What PyTorch and NumPy computed in float64: `python/fixtures/inspected.py`. */
interface Steps {
  readonly params: readonly number[];
  readonly x: Stored;
  readonly change: readonly number[];
  readonly length: number;
  readonly step: readonly number[];
  readonly lengths: readonly number[];
  readonly distances: readonly number[];
  readonly slope: number;
}

const steps: Steps = JSON.parse(readFileSync(new URL('../test/fixtures/steps.json', import.meta.url), 'utf8'));
const runtime = nodeRuntime({ threads: 1 });
const model = sequential([dense(3, 6), activation('tanh'), dense(6, 2)]);
const params = Float32Array.from(steps.params);
const x = matrix(steps.x);
const kernelAlone = (point: TangentPoint = { model, params }) =>
  tangentKernel(point, x, x, { runtime, method: 'alone' });

test("the shortest step is that of NumPy's pseudo-inverse of PyTorch's Jacobian", async () => {
  const kernel = await kernelAlone();
  const { step, length, rank, change } = await shortestStep({ model, params }, x, kernel, steps.change, { runtime });
  expect(length / steps.length).toBeCloseTo(1, 3);
  expect(relativeError(step, steps.step)).toBeLessThan(1e-3);
  expect(rank).toBe(10);
  expect(relativeError(change, steps.change)).toBeLessThan(1e-9);
});

test("distances from linear are PyTorch's", async () => {
  const direction = Float32Array.from(steps.step);
  const found = await linearDistance({ model, params }, x, direction, steps.lengths, { runtime });
  expect(relativeError(found.distances, steps.distances)).toBeLessThan(1e-4);
  expect(found.slope / steps.slope).toBeCloseTo(1, 4);
  expect(found.rounding).toBeLessThan(1e-4);
});

test('what the kernel cannot reach is left out, and the rank says so', async () => {
  const twice = createMatrix(2, 3, Float32Array.of(1, 2, 3, 1, 2, 3));
  const one = sequential([dense(3, 1)]);
  const point = { model: one, params: initialize(one, 0) };
  const kernel = await tangentKernel(point, twice, twice, { runtime, method: 'alone' });
  const { rank, change } = await shortestStep(point, twice, kernel, [1, 0], { runtime });
  expect(rank).toBe(1);
  expect(relativeError(change, [0.5, 0.5])).toBeLessThan(1e-6);
});

test('the tangent model is at no distance from itself, and takes the step that it was promised', async () => {
  const kernel = await kernelAlone();
  const { step } = await shortestStep({ model, params }, x, kernel, steps.change, { runtime });
  const tangent = linearize(model, params);
  const both = Float32Array.of(...params, ...params);
  const direction = Float32Array.of(...step, ...new Float32Array(step.length));
  const found = await linearDistance({ model: tangent, params: both }, x, direction, [0.5, 4], { runtime });
  for (const distance of found.distances) expect(distance).toBeLessThan(1e-5);
});

test('parameters that no gradient moves stay, and a step out of float32 is infinitely far', async () => {
  const normed = sequential([dense(3, 4), batchNorm({ features: 4, axis: 1 }), activation('tanh'), dense(4, 1)]);
  const point = { model: normed, params: initialize(normed, 3) };
  const kernel = await kernelAlone(point);
  const { step } = await shortestStep(point, x, kernel, [1, -1, 1, -1, 1], { runtime });
  const moved = movedAlong(point.params, step, 1);
  expect(moved.filter((value, i) => value === point.params[i]).length).toBeGreaterThanOrEqual(8);
  const { distances } = await linearDistance(point, x, step, [0.01, 1e39], { runtime });
  expect(distances[0]).toBeLessThan(0.1);
  expect(distances[1]).toBe(Number.POSITIVE_INFINITY);
});

test('wrong requests are refused in a line', async () => {
  const kernel = await kernelAlone();
  const point = { model, params };
  await expect(shortestStep(point, x, kernel, [1, 2], { runtime })).rejects.toThrow(/a change of 2 numbers/);
  const change = steps.change.map((value, i) => (i === 3 ? Number.NaN : value));
  await expect(shortestStep(point, x, kernel, change, { runtime })).rejects.toThrow(/NaN.*entry 3/);
  await expect(shortestStep(point, x, kernel, steps.change, { flor: 1 } as never)).rejects.toThrow(/floor/);
  await expect(linearDistance(point, x, new Float32Array(3), [1], { runtime })).rejects.toThrow(/3 entries/);
  await expect(linearDistance(point, x, new Float32Array(params.length), [1], { runtime })).rejects.toThrow(/is 0/);
  await expect(linearDistance(point, x, params, [Number.NaN], { runtime })).rejects.toThrow(/lengths/);
});

test('the kernel of rows alone is that of rows in a batch, where they do not meet', async () => {
  const alone = await kernelAlone();
  const batch = await tangentKernel({ model, params }, x, x, { runtime });
  expect(relativeError(alone.kernel.data, batch.kernel.data)).toBeLessThan(1e-6);
});
