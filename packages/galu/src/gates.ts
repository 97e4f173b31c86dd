import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';

/** @throws {InputError} unless a size is a whole number of at least 1 */
export function checkSize(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError('setting', `galu: ${name} is ${value}; a whole number of at least 1 is needed`);
  }
}

/** Gates as the paper draws them: k directions u_j ~ N(0, I_d), as a k × d matrix. */
export function gaussianGates(neurons: number, dimension: number, random: Random): Matrix {
  checkSize('neurons (k)', neurons);
  checkSize('dimension (d)', dimension);
  return createMatrix(neurons, dimension, random.normal(new Float32Array(neurons * dimension)));
}

/**
 * Output weights A, k × c. One output: ±1/√k at random, the paper's α. Several: N(0, 1/k), so that they are not parallel.
 */
export function outputWeights(neurons: number, outputs: number, random: Random): Matrix {
  checkSize('outputs (c)', outputs);
  const data = new Float32Array(neurons * outputs);
  if (outputs === 1) random.sign(data);
  else random.normal(data);
  const scale = 1 / Math.sqrt(neurons);
  return createMatrix(
    neurons,
    outputs,
    data.map((value) => value * scale),
  );
}
