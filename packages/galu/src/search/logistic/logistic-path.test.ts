import { createMatrix } from '@unbraid/data';
import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { gaussianGates, outputWeights } from '../../gates.ts';
import { solveLogistic } from '../../newton.ts';
import type { Design } from '../design.ts';
import { logisticPath } from './logistic-path.ts';

const runtime = nodeRuntime({ threads: 1 });
const [m, d, k] = [120, 4, 6];

function design(seed: number): Design {
  const random = createRandom(seed);
  const x = createMatrix(m, d, random.normal(new Float32Array(m * d)));
  const noise = random.normal(new Float32Array(m));
  const signs = noise.map((value, i) =>
    x.data[i * d]! * x.data[i * d + 1]! + x.data[i * d + 2]! + value > 0 ? 1 : -1,
  );
  return { x, y: createMatrix(m, 1, signs), gates: gaussianGates(k, d, 1), a: outputWeights(k, 1, 2), intercept: true };
}

const rowsOf = ({ data, cols }: Design['x'], rows: readonly number[]) =>
  createMatrix(
    rows.length,
    cols,
    Float32Array.from(rows.flatMap((row) => [...data.subarray(row * cols, (row + 1) * cols)])),
  );

it('fits what Newton fits to the rows that are left, for every ridge and fold', async () => {
  const given = design(3);
  const all = Array.from({ length: m }, (_, i) => i);
  const folds = [0, 1, 2].map((f) => Int32Array.from(all.filter((i) => i % 3 === f)));
  const ridges = [0.03, 1];
  const plan = { folds, ridges, runtime: async () => runtime, exclusive: false, tolerance: 1e-6 };
  await withScope(async (scope) => {
    const path = await logisticPath(scope, given, plan);
    for (const [f, held] of folds.entries()) {
      const { outputs, solutions } = await path.fold(f);
      const train = all.filter((i) => i % 3 !== f);
      for (const [r, ridge] of ridges.entries()) {
        const problem = { ...given, x: rowsOf(given.x, train), y: rowsOf(given.y, train), ridge };
        const { weights, intercept } = await solveLogistic(problem, { runtime, tolerance: 1e-6 });
        const { weights: ours, intercept: b } = solutions()[r]!;
        const scale = Math.max(...weights.map(Math.abs));
        ours.forEach((value, i) => {
          expect(Math.abs(value - weights[i]!)).toBeLessThan(0.02 * scale);
        });
        expect(b[0]).toBeCloseTo(intercept[0]!, 1);
        expect(outputs[r]).toHaveLength(held.length);
        held.forEach((row, i) => {
          expect(outputs[r]![i]).toBeCloseTo(outputOf(given, row, weights, intercept[0]!), 1);
        });
      }
    }
  });
});

it('fits all rows for every ridge, in whatever order ridges are given, when the folds are done', async () => {
  const given = design(4);
  const folds = [0, 1, 2].map((f) => Int32Array.from({ length: m / 3 }, (_, i) => 3 * i + f));
  const plan = { folds, ridges: [0.3, 3, 0.03, 3], runtime: async () => runtime, exclusive: false, tolerance: 3e-4 };
  const path = await withScope((scope) => logisticPath(scope, given, plan));
  for (const ridge of plan.ridges) {
    const exact = await solveLogistic({ ...given, ridge }, { runtime, tolerance: 1e-7 });
    const { weights, intercept, measured, iterations } = await path.whole(ridge);
    const scale = Math.max(...exact.weights.map(Math.abs));
    for (const [i, value] of exact.weights.entries()) {
      expect(Math.abs(weights[i]! - value)).toBeLessThan(0.01 * scale);
    }
    expect(intercept[0]).toBeCloseTo(exact.intercept[0]!, 2);
    expect(measured!.error).toBeCloseTo(exact.error, 4);
    expect(measured!.gradient).toBeLessThan(1e-3);
    expect(iterations).toBeGreaterThan(1);
  }
});

function outputOf({ x, gates, a }: Design, row: number, weights: Float32Array, b: number): number {
  let sum = b;
  for (let j = 0; j < k; j++) {
    let [gate, linear] = [0, 0];
    for (let t = 0; t < d; t++) {
      gate += gates.data[j * d + t]! * x.data[row * d + t]!;
      linear += weights[j * d + t]! * x.data[row * d + t]!;
    }
    if (gate >= 0) sum += a.data[j]! * linear;
  }
  return sum;
}
