import { createRandom } from '@unbraid/kernels';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cholesky, choleskySolve } from './cholesky.ts';

/** B Bᵀ + n I: positive definite, with condition number of a few. */
function definite(n: number, seed: number): Float64Array {
  const b = createRandom(seed).normal(new Float64Array(n * n));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? n : 0;
    for (let t = 0; t < n; t++) sum += b[i * n + t]! * b[j * n + t]!;
    return sum;
  });
}

/** Sizes below, at and above the width of a block, and those that tiles do not divide. */
const sizes = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 60, max: 75 }), fc.constantFrom(128, 135));

test('the product of the factor with its transpose is the matrix, whose upper triangle is left alone', () => {
  fc.assert(
    fc.property(sizes, fc.nat(1000), (n, seed) => {
      const a = definite(n, seed);
      const factor = a.slice();
      cholesky(factor, n);
      let error = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let product = 0;
          for (let t = 0; t <= Math.min(i, j); t++) product += factor[i * n + t]! * factor[j * n + t]!;
          error = Math.max(error, Math.abs(product - a[i * n + j]!));
          if (j > i) expect(factor[i * n + j]).toBe(a[i * n + j]);
        }
      }
      expect(error).toBeLessThan(1e-12 * n * n);
    }),
    { numRuns: 30 },
  );
});

test('the solution satisfies the system', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(1000), (n, seed) => {
      const a = definite(n, seed);
      const b = createRandom(seed + 1).normal(new Float64Array(n));
      const [factor, solution] = [a.slice(), b.slice()];
      cholesky(factor, n);
      choleskySolve(factor, n, solution);
      for (let i = 0; i < n; i++) {
        const left = solution.reduce((sum, value, j) => sum + a[i * n + j]! * value, 0);
        expect(left).toBeCloseTo(b[i]!, 9);
      }
    }),
  );
});

test('a matrix that is not positive definite is refused at its first bad pivot', () => {
  expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite \(pivot 1 of 2.*add ridge/);
});

test('the first bad pivot is found behind the first block of columns too', () => {
  const n = 100;
  const a = definite(n, 1);
  a[70 * n + 70] = -1;
  a[90 * n + 90] = -1;
  expect(() => cholesky(a, n)).toThrow(/pivot 70 of 100/);
});
