import { createMatrix, type Matrix } from '@unbraid/data';
import { evaluate, input, type Tensor } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { solveLeastSquares } from './cgls.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { centred } from './network.ts';
import { type Preconditioning, preconditionerOf } from './preconditioner.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(9);
const kinds: Preconditioning[] = ['factors', 'gates', 'none'];

/** Inputs like grey levels: at least 0, with large means, correlated, and one that is always 0. */
function greys(rows: number, cols: number): Matrix {
  const x = createMatrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    const shade = random.next();
    for (let j = 0; j + 1 < cols; j++) x.data[i * cols + j] = (0.8 * shade + 0.2 * random.next()) / (1 + j);
  }
  return x;
}

const problemOf = (x: Matrix, neurons: number, outputs: number) => ({
  x,
  y: createMatrix(x.rows, outputs, random.normal(new Float32Array(x.rows * outputs))),
  gates: gaussianGates(neurons, x.cols, random.split('gates')),
  a: outputWeights(neurons, outputs, random.split('a')),
  ridge: 1e-3,
});

type Values = { readonly shape: readonly number[]; readonly dtype: 'float32'; readonly data: Float64Array };

/** The values of tensors of the given inputs, in double precision. */
function valuesOf(given: ReadonlyMap<Tensor, ArrayLike<number>>, outputs: readonly Tensor[]): Float64Array[] {
  const values = [...given].map(([tensor, data]): [Tensor, Values] => [
    tensor,
    { shape: tensor.shape, dtype: 'float32', data: Float64Array.from(data) },
  ]);
  return evaluate([...outputs], new Map(values)).map(({ data }) => Float64Array.from(data as ArrayLike<number>));
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

describe('a preconditioner', () => {
  test.each(kinds)('%s has the adjoint that it says', async (kind) => {
    const problem = problemOf(greys(100, 6), 8, 3);
    const { specs, values, apply, transpose } = await preconditionerOf(kind, problem, runtime);
    const [z, g] = [input('z', [8, 6], 'float32'), input('g', [8, 6], 'float32')];
    const [zs, gs] = [random.normal(new Float32Array(48)), random.normal(new Float32Array(48))];
    const given = new Map<Tensor, ArrayLike<number>>([
      [z, zs],
      [g, gs],
    ]);
    let at = 0;
    const factors = specs.map(({ shape }, i) => {
      const tensor = input(`t${i}`, shape, 'float32');
      const size = shape.reduce((product, n) => product * n, 1);
      given.set(tensor, values.data.subarray(at, at + size));
      at += size;
      return tensor;
    });
    const [forward, backward] = valuesOf(given, [apply(z, factors), transpose(g, factors)]);
    expect(dot(forward!, gs)).toBeCloseTo(dot(zs, backward!), 4);
  });

  test('changes the way, not the end', async () => {
    const problem = { ...problemOf(greys(150, 6), 8, 2), ridge: 0.1, intercept: true };
    const stop = { tolerance: 1e-7, targetError: 0, maxIterations: 3000 };
    const [first, ...others] = await Promise.all(
      kinds.map((precondition) => solveLeastSquares({ ...problem, precondition }, { runtime, ...stop })),
    );
    for (const { weights } of others) {
      const difference = Math.sqrt(weights.reduce((sum, w, i) => sum + (w - first!.weights[i]!) ** 2, 0));
      expect(difference / Math.sqrt(dot(weights, weights))).toBeLessThan(1e-3);
    }
  });

  test('of factors takes fewer iterations where inputs are correlated', async () => {
    const problem = problemOf(greys(600, 20), 20, 3);
    const stop = { tolerance: 1e-4, targetError: 0, maxIterations: 5000 };
    const [factors, gates] = await Promise.all(
      kinds.map(
        async (precondition) =>
          (await solveLeastSquares({ ...problem, precondition }, { runtime, ...stop })).iterations,
      ),
    );
    expect(factors!).toBeLessThan(gates! / 3);
  });

  test('of factors is exact where all gates are open', async () => {
    const x = greys(200, 5);
    const open = { ...problemOf(x, 4, 4), gates: createMatrix(4, 5, new Float32Array(20).fill(1)) };
    const stop = { tolerance: 1e-3, targetError: 0, maxIterations: 100 };
    const { iterations } = await solveLeastSquares({ ...open, precondition: 'factors' }, { runtime, ...stop });
    expect(iterations).toBeLessThanOrEqual(5);
  });

  test('of a problem without inputs, or with a side too large for factors, is still one', async () => {
    const zero = problemOf(createMatrix(10, 3), 4, 1);
    const wide = problemOf(greys(3, 4), 3000, 1);
    const stop = { tolerance: 1e-6, targetError: 0, maxIterations: 50 };
    for (const problem of [zero, wide]) {
      const { weights } = await solveLeastSquares({ ...problem, precondition: 'factors' }, { runtime, ...stop });
      expect(weights.every(Number.isFinite)).toBe(true);
    }
  });
});

test('a matrix is centred by the means of its columns', () => {
  const t = input('t', [5, 2], 'float32');
  const { rest, means } = centred(t);
  const [r, m] = valuesOf(new Map([[t, [1, 10, 2, 20, 3, 30, 4, 40, 0, 50]]]), [rest, means]);
  expect([...m!]).toEqual([2, 30]);
  expect([...r!]).toEqual([-1, -20, 0, -10, 1, 0, 2, 10, -2, 20]);
});
