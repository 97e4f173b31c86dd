import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import fixture from '../../../packages/galu/test/fixtures/galu.json' with { type: 'json' };
import { createSolver, type GaluLeastSquares } from './cgls.ts';

const { X, Y, U, A } = fixture.network;
const problem: GaluLeastSquares = {
  x: Float32Array.from(X.data),
  y: Float32Array.from(Y.data),
  u: Float32Array.from(U.data),
  a: Float32Array.from(A.data),
  sizes: { samples: 40, inputs: 5, gates: 7, outputs: 2 },
};
const exact = fixture.ridge.find(({ lambda }) => lambda === 0)!;

describe('conjugate gradients', () => {
  it('find the least-squares solution that NumPy finds from the normal equations', async () => {
    const solver = await createSolver(nodeRuntime({ threads: 1 }), problem, 1);
    const { weights, error } = await solver.solve({ error: 0, iterations: 60 });
    expect(error * Y.data.length).toBeCloseTo(exact.squaredError, 3);
    exact.W.data.forEach((weight, index) => {
      expect(weights[index]).toBeCloseTo(weight, 3);
    });
  });

  it('stop at the first iteration that reaches the error, and start anew each time', async () => {
    const solver = await createSolver(nodeRuntime({ threads: 1 }), problem, 1);
    const target = (exact.squaredError / Y.data.length) * 1.05;
    const first = await solver.solve({ error: target, iterations: 60 });
    expect(first.error).toBeLessThanOrEqual(target);
    expect((await solver.solve({ error: 0, iterations: first.iterations - 1 })).error).toBeGreaterThan(target);
    expect(await solver.solve({ error: target, iterations: 60 })).toEqual(first);
  });

  it('reach the error in fewer iterations with scaled directions, on a random sample of more weights than signs', async () => {
    const sizes = { samples: 400, inputs: 20, gates: 40, outputs: 1 };
    const random = createRandom(1);
    const normal = (length: number) => random.normal(new Float32Array(length));
    const sample: GaluLeastSquares = {
      x: normal(400 * 20),
      y: random.sign(new Float32Array(400)),
      u: normal(40 * 20),
      a: random.sign(new Float32Array(40)).map((sign) => sign / Math.sqrt(40)),
      sizes,
    };
    const runtime = nodeRuntime({ threads: 1 });
    const stop = { error: 1e-4, iterations: 500 };
    const plain = await (await createSolver(runtime, sample, 1)).solve(stop);
    const scaled = await (await createSolver(runtime, sample, Math.sqrt(2 / 40))).solve(stop);
    expect(plain.error).toBeLessThanOrEqual(1e-4);
    expect(scaled.error).toBeLessThanOrEqual(1e-4);
    expect(scaled.iterations).toBeLessThan(plain.iterations);
  });
});
