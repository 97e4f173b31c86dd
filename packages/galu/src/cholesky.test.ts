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
