import { createMatrix } from '@unbraid/data';
import { withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { relativeError } from '../../test/fixture.ts';
import { solveLeastSquares } from '../cgls.ts';
import type { Design } from './design.ts';
import { dualPath } from './dual.ts';
import { graphKernel, plainKernel } from './kernel-matrix.ts';
import { plainMoments } from './moments.ts';
import { compileMoments } from './moments-graph.ts';
import { normalEquations } from './normal.ts';
import { compileOutputs, plainOutputs } from './outputs.ts';
import { primalPath } from './primal.ts';
import { compileTiledSolver } from './tiled-cholesky.ts';
import { tilingOf } from './tiles.ts';
import { shiftedSolver } from './tridiagonal.ts';

const RIDGES = [30, 0.5, 0.01];

interface Sizes {
  readonly m: number;
  readonly d: number;
  readonly k: number;
  readonly c: number;
  readonly own?: boolean;
  readonly weighted?: boolean;
}

function designOf({ m, d, k, c, own = false, weighted = false }: Sizes): Design {
  const random = createRandom(5);
  const normal = (name: string, rows: number, cols: number, mean = 0) =>
    createMatrix(rows, cols, random.split(name).normal(new Float32Array(rows * cols), mean));
  return {
    x: normal('x', m, d, 0.3),
    y: normal('y', m, c, 1),
    gates: normal('gates', k, d),
    a: normal('a', k, own ? 1 : c),
    intercept: true,
    weights: weighted ? random.split('weights').uniform(new Float64Array(m), 0.1, 3) : undefined,
  };
}

const runtime = () => defaultRuntime();
const every = (m: number, n: number): Int32Array[] =>
  Array.from({ length: n }, (_, f) => Int32Array.from({ length: m }, (_, i) => i).filter((i) => i % n === f));

test.each<Sizes>([
  { m: 60, d: 4, k: 6, c: 1 },
  { m: 60, d: 4, k: 6, c: 3 },
  { m: 60, d: 4, k: 6, c: 3, own: true },
  { m: 60, d: 4, k: 6, c: 2, weighted: true },
  { m: 60, d: 4, k: 6, c: 2, own: true, weighted: true },
])('normal equations and the kernel come to the same solutions and held-out outputs: %j', async (sizes) => {
  const design = designOf(sizes);
  const plan = { folds: every(sizes.m, 4), ridges: RIDGES, runtime };
  await withScope(async (scope) => {
    const primal = await (await primalPath(scope, design, plan)).fold(1);
    const dual = await (await dualPath(scope, design, plan)).fold(1);
    RIDGES.forEach((_, r) => {
      expect(relativeError(dual.outputs[r]!, primal.outputs[r]!)).toBeLessThan(1e-6);
      const [w, v] = [primal.solutions()[r]!, dual.solutions()[r]!];
      expect(relativeError(v.weights, w.weights)).toBeLessThan(1e-6);
      expect(relativeError(v.intercept, w.intercept)).toBeLessThan(1e-6);
    });
  });
});

test.each<[string, typeof primalPath]>([
  ['normal equations', primalPath],
  ['the kernel', dualPath],
])('%s give the solution of all rows too, after the scope of the folds has ended', async (_, pathOf) => {
  const design = designOf({ m: 60, d: 4, k: 6, c: 2, own: true, weighted: true });
  const path = await withScope((scope) => pathOf(scope, design, { folds: every(60, 4), ridges: RIDGES, runtime }));
  const all = await withScope(async (scope) => {
    const plan = { folds: [new Int32Array(0)], ridges: RIDGES, runtime };
    return (await (await primalPath(scope, design, plan)).fold(0)).solutions();
  });
  for (const [r, ridge] of RIDGES.entries()) {
    const { weights, intercept } = await path.whole(ridge);
    expect(relativeError(weights, all[r]!.weights)).toBeLessThan(1e-6);
    expect(relativeError(intercept, all[r]!.intercept)).toBeLessThan(1e-6);
  }
});

test('the solution of a fold is that of CGLS on the other rows', async () => {
  const design = designOf({ m: 80, d: 3, k: 5, c: 2 });
  const [held] = every(80, 4);
  const rest = Array.from({ length: 80 }, (_, i) => i).filter((i) => !held!.includes(i));
  const rows = ({ data, cols }: Design['x']) =>
    createMatrix(
      rest.length,
      cols,
      Float32Array.from(rest.flatMap((i) => [...data.subarray(i * cols, (i + 1) * cols)])),
    );
  await withScope(async (scope) => {
    const path = await primalPath(scope, design, { folds: every(80, 4), ridges: RIDGES, runtime });
    const solutions = (await path.fold(0)).solutions();
    for (const [r, ridge] of RIDGES.entries()) {
      const { gates, a, intercept } = design;
      const problem = { x: rows(design.x), y: rows(design.y), gates, a, intercept, ridge };
      const { weights, intercept: b } = await solveLeastSquares(problem, { tolerance: 1e-7 });
      expect(relativeError(solutions[r]!.weights, weights)).toBeLessThan(1e-4);
      expect(relativeError(solutions[r]!.intercept, b)).toBeLessThan(1e-5);
    }
  });
});

test('a row of weight 2 counts as two rows', async () => {
  const design = designOf({ m: 40, d: 3, k: 4, c: 1 });
  const twice = createMatrix(41, 3, Float32Array.of(...design.x.data, ...design.x.data.subarray(0, 3)));
  const y = createMatrix(41, 1, Float32Array.of(...design.y.data, design.y.data[0]!));
  const weights = new Float64Array(40).fill(1);
  weights[0] = 2;
  const plan = { folds: [new Int32Array(0)], ridges: RIDGES, runtime };
  await withScope(async (scope) => {
    const heavy = (await (await primalPath(scope, { ...design, weights }, plan)).fold(0)).solutions();
    const doubled = (await (await primalPath(scope, { ...design, x: twice, y }, plan)).fold(0)).solutions();
    RIDGES.forEach((_, r) => {
      expect(relativeError(heavy[r]!.weights, doubled[r]!.weights)).toBeLessThan(1e-10);
    });
  });
});

test('graphs make the moments, the kernel, outputs and solutions of plain loops', async () => {
  const sizes = { m: 150, d: 7, k: 9, c: 2, weighted: true };
  const design = designOf(sizes);
  const p = sizes.k * sizes.d;
  const all = Int32Array.from({ length: sizes.m }, (_, i) => i);
  await withScope(async (scope) => {
    const [whole, tiled] = [tilingOf(p, p), tilingOf(p, 16)];
    const [plain] = plainMoments(design, [all]) as [ReturnType<typeof plainMoments>[number]];
    const same = await (await compileMoments(scope, design, whole, await runtime())).of(all);
    const cut = await (await compileMoments(scope, design, tiled, await runtime())).of(all);
    for (const part of ['gram', 'sums', 'cross', 'targets'] as const) {
      expect(relativeError(same[part], plain[part])).toBeLessThan(1e-12);
    }
    const [one, many] = [normalEquations(plain, design, whole), normalEquations(cut, design, tiled)];
    const solver = await compileTiledSolver(scope, tiled, await runtime());
    const direct = shiftedSolver(p)(one.matrix, one.right, RIDGES).map(([w]) => w!);
    for (const [r, ridge] of RIDGES.entries()) {
      const [x] = await solver.solve(many.matrix, many.right, ridge);
      expect(relativeError(x!, direct[r]!)).toBeLessThan(1e-6);
    }
    const solutions = direct.map((weights) => ({ weights, intercept: Float64Array.of(1, 2) }));
    const rows = Int32Array.of(3, 77, 149);
    const outputs = await plainOutputs(design)(rows, solutions);
    const others = await (await compileOutputs(scope, design, RIDGES.length, await runtime()))(rows, solutions);
    outputs.forEach((part, r) => {
      expect(relativeError(others[r]!, part)).toBeLessThan(1e-12);
    });
    expect(relativeError(await graphKernel(design, await runtime()), plainKernel(design))).toBeLessThan(1e-12);
  });
});

test('solutions of a singular matrix are those of its ridges', () => {
  // Rank 1: v vᵀ, whose ridge solutions are v (v·b) / (v·v + λ) / … along v and b/λ across.
  const v = [3, 4, 0];
  const m = Float64Array.from({ length: 9 }, (_, at) => v[Math.floor(at / 3)]! * v[at % 3]!);
  const [[x]] = shiftedSolver(3)(m, [Float64Array.of(3, 4, 5)], [0.5]) as [[Float64Array]];
  expect(x[0]).toBeCloseTo(3 / 25.5, 12);
  expect(x[1]).toBeCloseTo(4 / 25.5, 12);
  expect(x[2]).toBeCloseTo(10, 12);
  expect(shiftedSolver(3)(m, [new Float64Array(3)], [1])).toEqual([[new Float64Array(3)]]);
});
