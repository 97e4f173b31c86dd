import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { fixture, matrix, modelOf } from '../test/fixture.ts';
import { kernelChange, kernelSensitivity, tangentKernel } from './index.ts';
import { movedAlong } from './kernel-sensitivity.ts';

const runtime = nodeRuntime({ threads: 1 });
const network = fixture.networks[0]!;
const point = { model: modelOf(network), params: Float32Array.from(network.params) };
const x = matrix(network.x);
const STEP = 1e-2;

/** Relative change of the kernel per distance in a direction, by central differences. */
async function rate(direction: Float32Array): Promise<number> {
  const at = (distance: number) =>
    tangentKernel({ ...point, params: movedAlong(point.params, direction, distance) }, x, x, { runtime });
  const [back, middle, forth] = [await at(-STEP), await at(0), await at(STEP)];
  const difference = Math.hypot(...forth.kernel.data.map((value, i) => value - back.kernel.data[i]!));
  return difference / (2 * STEP) / Math.hypot(...middle.kernel.data);
}

test('the kernel changes in the direction found, as fast as stated', async () => {
  const { value, bound, direction, converged } = await kernelSensitivity(point, x, { runtime, tolerance: 1e-4 });
  expect(converged).toBe(true);
  expect(Math.hypot(...direction)).toBeCloseTo(1, 5);
  expect(Math.abs((await rate(direction)) / value - 1)).toBeLessThan(1e-3);
  expect(bound / value).toBeLessThan(1e-4);
});

test('it is the fastest: no weight alone, and no gradient, comes near', async () => {
  const { value } = await kernelSensitivity(point, x, { runtime });
  for (let i = 0; i < point.params.length; i += 5) {
    const single = new Float32Array(point.params.length);
    single[i] = 1;
    expect(await rate(single)).toBeLessThan(value);
  }
});

test('what it says of a step holds for the kernel at its end, to first order', async () => {
  const { value, direction } = await kernelSensitivity(point, x, { runtime });
  const before = await tangentKernel(point, x, x, { runtime });
  const moved = { ...point, params: movedAlong(point.params, direction, 0.05) };
  const change = kernelChange(before, await tangentKernel(moved, x, x, { runtime })).value;
  expect(Math.abs(change / (0.05 * value) - 1)).toBeLessThan(0.05);
});

test('convolutions are refused by name', async () => {
  const convolutional = fixture.networks.find(({ options }) => options.kind === 'convolutional')!;
  const at = { model: modelOf(convolutional), params: Float32Array.from(convolutional.params) };
  await expect(kernelSensitivity(at, matrix(convolutional.x), { runtime })).rejects.toThrow(
    'hidden1.weight, hidden2.weight belong to other ones',
  );
});

test('relu is refused, with the reason', async () => {
  const kinked = fixture.networks.find(({ options }) => options.activation === 'relu')!;
  const at = { model: modelOf(kinked), params: Float32Array.from(kinked.params) };
  await expect(kernelSensitivity(at, matrix(kinked.x), { runtime })).rejects.toThrow(
    "the kernel's derivative of a network with relu is not defined",
  );
});
