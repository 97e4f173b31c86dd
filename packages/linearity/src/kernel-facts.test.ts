import { createMatrix } from '@unbraid/data';
import { describe, expect, test } from 'vitest';
import { type Kernel, kernelChange, kernelSpectrum, largestRate, plConstant } from './index.ts';

const kernelOf = (...data: number[]): Kernel => {
  const n = Math.sqrt(data.length);
  return { kernel: createMatrix(n, n, Float32Array.from(data)), relativeError: 1e-6, errorKind: 'measured' };
};

describe('facts about kernels', () => {
  // Eigenvalues 1 and 3.
  const kernel = kernelOf(2, 1, 1, 2);

  test('the spectrum is that of the matrix, with a bound above the error of the kernel', () => {
    const { values, smallest, largest, bound } = kernelSpectrum(kernel);
    expect(values).toHaveLength(2);
    expect(smallest).toBeCloseTo(1, 12);
    expect(largest).toBeCloseTo(3, 12);
    expect(bound).toBeGreaterThanOrEqual(1e-6 * Math.sqrt(10));
    expect(bound).toBeLessThan(1e-5);
  });

  test('the PL constant is the smallest eigenvalue, and may be 0 within its bound', () => {
    expect(plConstant(kernel).value).toBeCloseTo(1, 12);
    const singular = plConstant(kernelOf(1, 1, 1, 1));
    expect(Math.abs(singular.value)).toBeLessThan(singular.bound);
  });

  test('the largest rate is that of the mean over the outputs', () => {
    expect(largestRate(kernel)).toBeCloseTo(2 / 3, 12);
  });

  test('the change is relative, in the Frobenius norm', () => {
    expect(kernelChange(kernelOf(3, 0, 0, 4), kernelOf(3, 0, 0, 5)).value).toBeCloseTo(1 / 5, 12);
    expect(kernelChange(kernel, kernel).value).toBe(0);
    expect(kernelChange(kernel, kernel).bound).toBeCloseTo(2e-6, 9);
  });

  test('kernels that do not fit are refused', () => {
    expect(() => kernelChange(kernel, kernelOf(1))).toThrow('a kernel of 2 × 2 cannot be compared with one of 1 × 1');
    const wide = { ...kernel, kernel: createMatrix(1, 2) };
    expect(() => kernelSpectrum(wide)).toThrow('a kernel of 1 × 2 has no eigenvalues');
  });
});
