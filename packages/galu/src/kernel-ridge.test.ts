import { createMatrix, matrixFromRows } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { infiniteGaluKernel } from './kernel.ts';
import { fitKernelRidge, predictKernelRidge } from './kernel-ridge.ts';

const kernel = matrixFromRows([
  [2, 1],
  [1, 2],
]);

test('the coefficients of each output are those computed by hand', () => {
  const y = matrixFromRows([
    [4, 1],
    [1, -1],
  ]);
  // (K + I)⁻¹ = [[3, −1], [−1, 3]] / 8
  expect([...fitKernelRidge(kernel, y, 1).data]).toEqual([11 / 8, 4 / 8, -1 / 8, -4 / 8]);
});

test('without ridge the training outputs are met', () => {
  const y = createMatrix(2, 1, Float32Array.of(5, -3));
  const fit = predictKernelRidge(kernel, fitKernelRidge(kernel, y, 0));
  expect(fit.data[0]).toBeCloseTo(5, 6);
  expect(fit.data[1]).toBeCloseTo(-3, 6);
});

test('an input that occurs twice is refused without ridge, and the ridge that the error names does', () => {
  const random = createRandom(2);
  const x = createMatrix(40, 3, random.normal(new Float32Array(120)));
  x.data.copyWithin(117, 0, 3);
  const k = infiniteGaluKernel(x, x);
  const y = createMatrix(40, 1, random.sign(new Float32Array(40)));
  // Rounding may leave the repeated row's pivot a hair above 0; below it, the error must say what to do.
  k.data[39 * 40 + 39]! *= 1 - 2 ** -23;
  let message = '';
  try {
    fitKernelRidge(k, y, 0);
  } catch (error) {
    message = String(error);
  }
  const ridge = Number(/a ridge of (\S+) makes up for rounding/.exec(message)?.[1]);
  expect(ridge).toBeGreaterThan(0);
  expect(fitKernelRidge(k, y, ridge).data.every(Number.isFinite)).toBe(true);
});

test('shapes and ridges that make no sense are refused', () => {
  const y = createMatrix(2, 1);
  expect(() => fitKernelRidge(createMatrix(2, 3), y, 1)).toThrow('the kernel is 2 × 3, Y has 2 rows');
  expect(() => fitKernelRidge(kernel, createMatrix(3, 1), 1)).toThrow('Y has 3 rows, X has 2');
  expect(() => fitKernelRidge(kernel, y, -1)).toThrow('galu: ridge is -1; a finite number of at least 0 is needed');
  expect(() => predictKernelRidge(kernel, createMatrix(3, 1))).toThrow('2 columns, there are 3 dual coefficients');
});
