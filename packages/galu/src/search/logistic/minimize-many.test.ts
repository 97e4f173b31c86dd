import { expect, it } from 'vitest';
import { minimizeMany } from './minimize-many.ts';

/** ½ Σ h_i (θ_i − t)² of each function, whose columns share h and have a target t of their own. */
function bowls(curvatures: readonly number[], targets: readonly number[], columnsEach: number) {
  const [n, columns] = [curvatures.length, targets.length];
  return {
    unknowns: n,
    columns,
    columnsEach,
    async evaluate(theta: Float32Array) {
      const values = new Float64Array(columns / columnsEach);
      const gradient = theta.map((value, at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        const rest = value - targets[j]!;
        values[Math.floor(j / columnsEach)]! += (curvatures[i]! * rest ** 2) / 2;
        return curvatures[i]! * rest;
      });
      return { values, gradient };
    },
  };
}

it.each([1, 2])('finds the minimum of every function, of %i columns each', async (columnsEach) => {
  const targets = [1, -2, 0, 300];
  const functions = bowls([0.01, 1, 2.5, 60], targets, columnsEach);
  const stop = { tolerance: 1e-12, floor: 1e-6, maxEvaluations: 300 };
  const { theta, converged } = await minimizeMany(functions, new Float32Array(16), stop);
  expect(converged).toBe(true);
  theta.forEach((value, at) => {
    expect(Math.abs(value - targets[at % 4]!)).toBeLessThan(1e-2 * Math.max(1, Math.abs(targets[at % 4]!)));
  });
});

it('says where evaluations were too few, and ends where it is aborted', async () => {
  const functions = bowls([0.001, 1, 60], [5], 1);
  const stop = { tolerance: 1e-12, floor: 1e-9, maxEvaluations: 4 };
  expect(await minimizeMany(functions, new Float32Array(3), stop)).toMatchObject({ converged: false, evaluations: 4 });
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(minimizeMany(functions, new Float32Array(3), { ...stop, signal })).rejects.toThrow('enough');
});
