import { readFileSync } from 'node:fs';
import { createMatrix, type Matrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { solveDual } from '../src/dual.ts';
import {
  createGalu,
  type Preconditioning,
  type Problem,
  predictOutputs,
  type Solution,
  solveLeastSquares,
  solveLogistic,
} from '../src/index.ts';
import { matrix, relativeError, type Stored } from './fixture.ts';

interface Optimum {
  readonly outputs: number;
  readonly lambda: number;
  readonly W: Stored;
  readonly intercept: readonly number[];
  readonly testPrediction: Stored;
}

/** What scikit-learn computed in float64: `python/fixtures/galu_intercept.py`. */
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/galu-intercept.json', import.meta.url), 'utf8'),
) as Readonly<{
  network: Readonly<Record<'X' | 'U' | 'A' | 'Y' | 'signs' | 'XTest', Stored>>;
  ridge: readonly Optimum[];
  logistic: readonly Optimum[];
}>;

const runtime = nodeRuntime({ threads: 1 });
const { network } = fixture;
const [x, gates, xTest] = [matrix(network.X), matrix(network.U), matrix(network.XTest)];
const exact = { tolerance: 1e-7, targetError: 0, maxIterations: 2000 };

const firstColumns = ({ data, rows, cols }: Matrix, count: number): Matrix =>
  createMatrix(
    rows,
    count,
    Float32Array.from({ length: rows * count }, (_, at) => data[Math.floor(at / count) * cols + (at % count)]!),
  );

const problemOf = ({ outputs, lambda }: Optimum, targets: Stored): Problem & { readonly intercept: true } => ({
  x,
  y: firstColumns(matrix(targets), outputs),
  gates,
  a: firstColumns(matrix(network.A), outputs),
  ridge: lambda,
  intercept: true,
});

async function expectOptimum({ a }: Problem, found: Solution, optimum: Optimum): Promise<void> {
  expect(relativeError(found.weights, optimum.W.data)).toBeLessThan(1e-4);
  expect(relativeError(found.intercept, optimum.intercept)).toBeLessThan(1e-5);
  const weights = createMatrix(gates.rows, gates.cols, found.weights);
  const outputs = await predictOutputs({ gates, a, weights, intercept: found.intercept }, xTest, { runtime });
  expect(relativeError(outputs.data, optimum.testPrediction.data)).toBeLessThan(1e-5);
}

describe('an intercept is that of scikit-learn', () => {
  const preconditionings: Preconditioning[] = ['factors', 'gates', 'none'];

  test.each(fixture.ridge.flatMap((optimum) => preconditionings.map((precondition) => ({ ...optimum, precondition }))))(
    'in the squared loss, $outputs outputs, λ = $lambda, $precondition',
    async ({ precondition, ...optimum }) => {
      const problem = { ...problemOf(optimum, network.Y), precondition };
      await expectOptimum(problem, await solveLeastSquares(problem, { runtime, ...exact }), optimum);
    },
  );

  test.each(fixture.ridge.filter(({ outputs }) => outputs === 1))('in the dual, λ = $lambda', async (optimum) => {
    const problem = problemOf(optimum, network.Y);
    await expectOptimum(problem, await solveDual(problem, runtime), optimum);
  });

  test.each(fixture.logistic)('in the logistic loss, $outputs outputs, λ = $lambda', async (optimum) => {
    const problem = problemOf(optimum, network.signs);
    const stop = { tolerance: 1e-7, targetError: 0, maxIterations: 100 };
    await expectOptimum(problem, await solveLogistic(problem, { runtime, ...stop }), optimum);
  });
});

describe('a network far from the origin', () => {
  const random = createRandom(3);
  const inputs = createMatrix(200, 3, random.normal(new Float32Array(600)));
  const y = Float32Array.from({ length: 200 }, (_, i) => 100 + inputs.data[3 * i]!);
  const settings = { neurons: 10, ridge: 1e-3, seed: 1, runtime };

  test.each(['primal', 'dual'] as const)('is fitted as well as one at it (%s)', async (method) => {
    const model = await createGalu({ ...settings, method }).fit(inputs, y);
    expect(await model.score(inputs, y)).toBeGreaterThan(0.99);
    expect(model.network.intercept[0]).toBeCloseTo(100, 0);
  });

  test('without an intercept stays at the origin', async () => {
    const model = await createGalu({ ...settings, intercept: false }).fit(inputs, y);
    expect([...model.network.intercept]).toEqual([0]);
    expect(await model.score(inputs, y)).toBeLessThan(0);
  });

  test('a dual without ridge fits exactly, with an intercept too', async () => {
    const few = createMatrix(20, 3, inputs.data.subarray(0, 60));
    const model = await createGalu({ ...settings, ridge: 0, method: 'dual' }).fit(few, y.subarray(0, 20));
    expect(model.report.error).toBeLessThan(1e-6);
  });

  test('constant targets are met by the intercept alone', async () => {
    const constant = new Float32Array(200).fill(0.1);
    for (const method of ['primal', 'dual'] as const) {
      const model = await createGalu({ ...settings, method }).fit(inputs, constant);
      expect(model.network.weights.data.every((w) => w === 0)).toBe(true);
      expect(await model.score(inputs, constant)).toBe(1);
    }
  });
});

test('classes that are far from equally frequent start from their frequency', async () => {
  const random = createRandom(5);
  const inputs = createMatrix(300, 2, random.normal(new Float32Array(600)));
  const labels = Int32Array.from({ length: 300 }, (_, i) => Number(i % 10 === 0));
  const model = await createGalu({ neurons: 4, loss: 'logistic', ridge: 1e6, runtime }).fit(inputs, labels);
  // So much ridge leaves nothing but the intercept: the log odds.
  expect(model.network.intercept[0]).toBeCloseTo(Math.log(0.1 / 0.9), 3);
});
