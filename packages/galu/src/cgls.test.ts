import { gaussianSample, type Matrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { fixture, matrix, relativeError } from '../test/fixture.ts';
import { blockRows } from './blocks.ts';
import { prepareLeastSquares, solveLeastSquares } from './cgls.ts';
import { gaussianGates, outputWeights } from './gates.ts';

const runtime = nodeRuntime({ threads: 1 });
const { network } = fixture;
const problem = { x: matrix(network.X), y: matrix(network.Y), gates: matrix(network.U), a: matrix(network.A) };
const exact = { tolerance: 1e-6, targetError: 0, maxIterations: 2000 };
const dotRow = (a: Matrix, i: number, b: ArrayLike<number>, j: number) => {
  let sum = 0;
  for (let t = 0; t < a.cols; t++) sum += a.data[i * a.cols + t]! * b[j * a.cols + t]!;
  return sum;
};

/** ‖Φᵀ(y − Φw) − λw‖ / ‖Φᵀy‖ and ‖y − Φw‖², in plain loops and double precision. */
function normalEquations(x: Matrix, y: Float32Array, u: Matrix, alpha: Float32Array, w: Float32Array, ridge: number) {
  const gradient = Float64Array.from(w, (value) => -ridge * value);
  const start = new Float64Array(w.length);
  let squaredError = 0;
  for (let i = 0; i < x.rows; i++) {
    const open = Array.from(alpha, (a, j) => (dotRow(x, i, u.data, j) >= 0 ? a : 0));
    const rest = y[i]! - open.reduce((sum, a, j) => (a === 0 ? sum : sum + a * dotRow(x, i, w, j)), 0);
    squaredError += rest ** 2;
    open.forEach((a, j) => {
      for (let t = 0; t < x.cols; t++) {
        gradient[j * x.cols + t]! += rest * a * x.data[i * x.cols + t]!;
        start[j * x.cols + t]! += y[i]! * a * x.data[i * x.cols + t]!;
      }
    });
  }
  return {
    gradient: Math.sqrt(gradient.reduce((s, v) => s + v * v, 0) / start.reduce((s, v) => s + v * v, 0)),
    squaredError,
  };
}

const firstRows = ({ data, cols }: Matrix, rows: number): Matrix => ({ data: data.slice(0, rows * cols), rows, cols });

describe('least squares on a GaLU network', () => {
  test.each(fixture.ridge)(
    'ends at the ridge solution that NumPy finds in float64, λ = $lambda',
    async ({ lambda, W }) => {
      const { weights, stopped } = await solveLeastSquares({ ...problem, ridge: lambda }, { runtime, ...exact });
      expect(stopped).toBe('tolerance');
      expect(relativeError(weights, W.data)).toBeLessThan(1e-4);
    },
  );

  test('finds the solution of smallest norm among those that fit, when it is not preconditioned', async () => {
    const { samples, W } = fixture.minimumNorm;
    const few = { ...problem, x: firstRows(problem.x, samples), y: firstRows(problem.y, samples) };
    const { weights } = await solveLeastSquares({ ...few, ridge: 0, precondition: false }, { runtime, ...exact });
    expect(relativeError(weights, W.data)).toBeLessThan(1e-4);
  });

  test('fits a random sample exactly when it has a fifth more weights than samples, and not with a fifth fewer', async () => {
    const [samples, dimension] = [500, 25];
    const random = createRandom(3);
    const { x, y } = gaussianSample({ samples, dimension, random });
    const errors = [];
    for (const neurons of [24, 16]) {
      const gates = gaussianGates(neurons, dimension, random.split('gates'));
      const a = outputWeights(neurons, 1, random.split('a'));
      const stop = { tolerance: 1e-7, targetError: 1e-4, maxIterations: 2000 };
      const target = { data: y, rows: samples, cols: 1 };
      errors.push((await solveLeastSquares({ x, y: target, gates, a, ridge: 0 }, { runtime, ...stop })).error);
    }
    expect(errors[0]).toBeLessThan(1e-4);
    expect(errors[1]).toBeGreaterThan(0.05);
  });

  test('with its rows cut into blocks it still ends where the gradient is zero', async () => {
    const random = createRandom(5);
    const [samples, neurons, dimension] = [220, 40_000, 2];
    expect(blockRows({ samples, neurons, dimension, outputs: 1 }).length).toBeGreaterThan(1);
    const { x, y } = gaussianSample({ samples, dimension, random });
    const gates = gaussianGates(neurons, dimension, random.split('gates'));
    const a = outputWeights(neurons, 1, random.split('a'));
    const target = { data: y, rows: samples, cols: 1 };
    const stop = { ...exact, tolerance: 1e-4 };
    const { weights, error } = await solveLeastSquares({ x, y: target, gates, a, ridge: 1 }, { runtime, ...stop });
    const { gradient, squaredError } = normalEquations(x, y, gates, a.data, weights, 1);
    expect(gradient).toBeLessThan(1e-3);
    expect(error).toBeCloseTo(squaredError / samples, 6);
  });

  test('solving a prepared problem again gives the same numbers', async () => {
    const prepared = await prepareLeastSquares({ ...problem, ridge: 0.1 }, { runtime });
    const [first, second] = [await prepared.solve(exact), await prepared.solve(exact)];
    await prepared.release();
    expect(second).toEqual(first);
  });

  test('an interruption ends it and frees its memory', async () => {
    const before = runtime.arena.stats().blocks;
    const controller = new AbortController();
    const stop = { ...exact, signal: controller.signal, onIteration: () => controller.abort(new Error('enough')) };
    await expect(solveLeastSquares({ ...problem, ridge: 0 }, { runtime, ...stop })).rejects.toThrow('enough');
    expect(runtime.arena.stats().blocks).toBe(before);
  });

  test('asked for more than float32 has, it ends at the optimum and does not run away', async () => {
    const { lambda, W } = fixture.ridge[1]!;
    const stop = { tolerance: 0, targetError: 0, maxIterations: 3000 };
    for (const precondition of ['factors', 'gates', 'none'] as const) {
      const given = { ...problem, ridge: lambda, precondition };
      const { weights, stopped, gradient } = await solveLeastSquares(given, { runtime, ...stop });
      expect(stopped).toBe('stagnation');
      expect(gradient).toBeLessThan(1e-5);
      expect(relativeError(weights, W.data)).toBeLessThan(1e-4);
    }
  });

  test('a target of zeros is solved at once, by zeros', async () => {
    const zeros = { ...problem.y, data: new Float32Array(problem.y.data.length) };
    const { weights, iterations } = await solveLeastSquares(
      { ...problem, y: zeros, ridge: 0 },
      { runtime, ...exact, targetError: -1 },
    );
    expect(weights.every((w) => w === 0)).toBe(true);
    expect(iterations).toBeLessThanOrEqual(2000);
  });
});
