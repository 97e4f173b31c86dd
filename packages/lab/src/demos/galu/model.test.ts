import { createGalu } from '@unbraid/galu';
import { describe, expect, it } from 'vitest';
import { taskContext } from '../task-context.ts';
import { examplePoints } from './examples.ts';
import { fitGalu, fitRelu, sweepSizes, sweepWide } from './model.ts';
import { FIELD, type Problem } from './tasks.ts';

const context = taskContext<never>(new AbortController().signal);
const relu = (problem: Problem) => fitRelu(problem, taskContext(new AbortController().signal));
const points = examplePoints({ example: 'random', count: 36, seed: 5 });
const problem = { points, neurons: 10, seed: 5 };

describe('the GaLU network', () => {
  it('is what the library gives: error, gates and function', async () => {
    const [x, y] = [points.map((point) => [point.x, point.y]), Float32Array.from(points, ({ label }) => label)];
    const settings = { neurons: 10, scale: true, intercept: false, ridge: 1e-6, seed: 5 };
    const { network, report, predict } = await createGalu(settings).fit(x, y, { onWarning() {} });
    const fit = await fitGalu(problem, context);
    expect(fit.error).toBe(report.error);

    const outputs = (await predict(x)).data;
    expect(fit.wrong).toEqual(points.map(({ label }, i) => Math.sign(outputs[i]!) !== label));
    const square = points.reduce((sum, { label }, i) => sum + (outputs[i]! - label) ** 2, 0);
    expect(fit.error).toBeCloseTo(square / points.length, 5);

    for (const [row, column] of [
      [0, 0],
      [10, 70],
      [95, 40],
    ] as const) {
      const middle = [(2 * column + 1) / FIELD - 1, 1 - (2 * row + 1) / FIELD];
      expect(fit.field[row * FIELD + column]).toBeCloseTo((await predict([middle])).data[0]!, 4);
    }

    const { mean, scale } = network.scaling!;
    for (const point of points)
      for (const [j, [a, b, c]] of fit.gates.entries()) {
        const [u = 0, v = 0, w = 0] = network.gates.data.subarray(3 * j);
        const height = (u * (point.x - mean[0]!)) / scale[0]! + (v * (point.y - mean[1]!)) / scale[1]! + w;
        expect(a * point.x + b * point.y + c).toBeCloseTo(height, 9);
      }
  });

  it('fits one point, and points on a line', async () => {
    const one = await fitGalu({ points: points.slice(0, 1), neurons: 3, seed: 1 }, context);
    expect(one.error).toBeLessThan(1e-3);
    const line = [-0.5, 0, 0.5].map((x) => ({ x, y: 0.2, label: 1 }) as const);
    expect((await fitGalu({ points: line, neurons: 5, seed: 1 }, context)).error).toBeLessThan(1e-3);
  });
});

it('the error falls with the number of neurons, to none', async () => {
  const { neurons, ratio, error } = await sweepSizes({ points, seed: 5 }, context);
  expect(ratio).toEqual(neurons.map((k) => (3 * k) / 36));
  expect(error[neurons.indexOf(12)]).toBe((await fitGalu({ ...problem, neurons: 12 }, context)).error);
  expect(error[0]).toBeGreaterThan(0.5);
  expect(error.at(-1)).toBeLessThan(0.02);
});

it.each([11, 12, 13])('in 30 dimensions it falls to none where k · d reaches m, seed %i', async (seed) => {
  const { ratio, error } = await sweepWide({ seed }, context);
  for (const [i, share] of ratio.entries()) {
    if (share <= 0.9) expect(error[i]).toBeGreaterThan(0.02);
    if (share >= 1.1) expect(error[i]).toBeLessThan(1e-3);
  }
});

it('the ReLU network learns the spirals, and the same twice', async () => {
  const spirals = { points: examplePoints({ example: 'spirals', count: 36, seed: 1 }), neurons: 24, seed: 1 };
  const [first, second] = [await relu(spirals), await relu(spirals)];
  expect(first.error).toBeLessThan(0.02);
  expect(first.wrong).not.toContain(true);
  expect(second).toEqual(first);
});

it('ends where it is cancelled', async () => {
  const controller = new AbortController();
  const training = fitRelu(
    problem,
    taskContext(controller.signal, () => controller.abort(new Error('other points'))),
  );
  await expect(training).rejects.toThrow('other points');
});
