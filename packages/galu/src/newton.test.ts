import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { describe, expect, test } from 'vitest';
import { firstOutput, fixture, matrix, relativeError } from '../test/fixture.ts';
import { solveLogistic } from './newton.ts';

const runtime = nodeRuntime({ threads: 1 });
const { network } = fixture;
const problem = {
  x: matrix(network.X),
  y: matrix(network.signs),
  gates: matrix(network.U),
  a: createMatrix(network.A.shape[0]!, 1, firstOutput(network.A)),
};

describe('logistic loss on a GaLU network', () => {
  test.each(fixture.logistic)(
    'ends at the optimum that SciPy finds in float64, λ = $lambda',
    async ({ lambda, W, objective }) => {
      const stop = { tolerance: 1e-5, targetError: 0, maxIterations: 50 };
      const { weights, error, iterations } = await solveLogistic({ ...problem, ridge: lambda }, { runtime, ...stop });
      expect(relativeError(weights, W.data)).toBeLessThan(1e-3);
      const penalty = lambda * weights.reduce((sum, w) => sum + w * w, 0);
      expect(error * problem.x.rows + penalty).toBeCloseTo(objective, 3);
      expect(iterations).toBeLessThan(20);
    },
  );

  test('an interruption ends it and frees its memory', async () => {
    const before = runtime.arena.stats().blocks;
    const signal = AbortSignal.abort(new Error('enough'));
    const stop = { tolerance: 1e-5, targetError: 0, maxIterations: 50, signal };
    await expect(solveLogistic({ ...problem, ridge: 1 }, { runtime, ...stop })).rejects.toThrow('enough');
    expect(runtime.arena.stats().blocks).toBe(before);
  });
});
