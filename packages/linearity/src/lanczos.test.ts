import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { createScratch, createVectors } from './basis.ts';
import { lanczos, type SpectrumEnds, type SymmetricOperator } from './lanczos.ts';

const runtime = nodeRuntime({ threads: 1 });

/** A diagonal matrix: its eigenvalues are its entries, and Lanczos does not know. */
const diagonal = (entries: Float32Array): SymmetricOperator => ({
  async apply(v, out) {
    out.data.set(v.data.map((value, i) => value * entries[i]!));
  },
});

const endsOf = (operator: SymmetricOperator, size: number, count: number, maxProducts = 500): Promise<SpectrumEnds> =>
  withScope(async (scope) =>
    lanczos(operator, {
      vectors: createVectors(scope, runtime, count, size),
      scratch: createScratch(scope, runtime, count),
      kernels: runtime.kernels,
      random: createRandom(1),
      tolerance: 1e-4,
      maxProducts,
    }),
  );

// 40,000 entries are three chunks of vectors, the last one short.
const SIZE = 40_000;
const spread = createRandom(2).uniform(new Float32Array(SIZE), -1, 1);
spread[17] = -1.5;
spread[30_000] = 1.2;

test.each([30, 8, 5])('finds both ends of a spectrum with %i vectors', async (count) => {
  const { lower, upper, converged } = await endsOf(diagonal(spread), SIZE, count);
  expect(converged).toBe(true);
  expect(lower.value).toBeCloseTo(-1.5, 5);
  expect(upper.value).toBeCloseTo(1.2, 5);
  expect(Math.max(lower.bound, upper.bound)).toBeLessThanOrEqual(1.5e-4);
});

test('fewer vectors take more products', async () => {
  const [many, few] = [await endsOf(diagonal(spread), SIZE, 30), await endsOf(diagonal(spread), SIZE, 5)];
  expect(few.products).toBeGreaterThan(many.products);
});

test('ends a search that takes too long, with bounds that hold', async () => {
  const { lower, upper, converged, products } = await endsOf(diagonal(spread), SIZE, 8, 5);
  expect([converged, products]).toEqual([false, 5]);
  expect(Math.min(...spread.map((entry) => Math.abs(entry - lower.value)))).toBeLessThanOrEqual(lower.bound);
  expect(Math.min(...spread.map((entry) => Math.abs(entry - upper.value)))).toBeLessThanOrEqual(upper.bound);
});

test('stops at an invariant subspace: a multiple of the identity, and zero', async () => {
  const twice = await endsOf(diagonal(new Float32Array(100).fill(2)), 100, 8);
  expect([twice.lower.value, twice.upper.value]).toEqual([expect.closeTo(2, 5), expect.closeTo(2, 5)]);
  expect(twice.converged).toBe(true);
  const zero = await endsOf(diagonal(new Float32Array(100)), 100, 8);
  expect([zero.lower.value, zero.upper.value].map(Math.abs)).toEqual([0, 0]);
});
