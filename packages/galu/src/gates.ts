import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { createRandom, type Random } from '@unbraid/kernels';

/** @throws {InputError} unless a size is a whole number of at least 1 */
export function checkSize(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError('setting', `galu: ${name} is ${value}; a whole number of at least 1 is needed`);
  }
}

const streamOf = (seed: number | Random): Random => (typeof seed === 'number' ? createRandom(seed) : seed);

/**
 * Gates as the paper draws them: k directions u_j ~ N(0, I_d), as a k × d matrix.
 * @param neurons k
 * @param inputs d
 * @param seed a whole number, or a stream, which is advanced
 * @throws {InputError} for sizes that are no whole numbers of at least 1
 */
export function gaussianGates(neurons: number, inputs: number, seed: number | Random): Matrix {
  checkSize('neurons (k)', neurons);
  checkSize('dimension (d)', inputs);
  return createMatrix(neurons, inputs, streamOf(seed).normal(new Float32Array(neurons * inputs)));
}

/**
 * Output weights A, k × c. One output: ±1/√k at random, the paper's α. Several: N(0, 1/k), so that they are not parallel.
 * @param neurons k
 * @param outputs c
 * @param seed a whole number, or a stream, which is advanced
 * @throws {InputError} for sizes that are no whole numbers of at least 1
 */
export function outputWeights(neurons: number, outputs: number, seed: number | Random): Matrix {
  checkSize('neurons (k)', neurons);
  checkSize('outputs (c)', outputs);
  const random = streamOf(seed);
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
