import { count as atLeastOne, checkSettings, having } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import * as z from 'zod';
import { createMatrix, type Matrix } from './matrix.ts';

/** Inputs, and a sign for each: what a memorization experiment asks a network to fit. */
export interface SignedSample {
  readonly x: Matrix;
  /** ±1 for each row of `x`. */
  readonly y: Float32Array;
}

const settings = z.object({
  samples: atLeastOne(),
  dimension: atLeastOne(),
  random: having<Random>('a stream of random numbers', 'normal', 'sign'),
});

/**
 * Inputs x_i ~ N(0, I) and, independent of them, signs y_i = ±1 with equal probability.
 *
 * @throws where a size is not a positive integer.
 */
export function gaussianSample(options: { samples: number; dimension: number; random: Random }): SignedSample {
  const { samples, dimension, random } = checkSettings('data: gaussianSample', settings, options);
  const x = createMatrix(samples, dimension);
  random.normal(x.data);
  return { x, y: randomSigns(samples, random) };
}

/** `count` signs, each ±1 with equal probability: random labels for inputs that are given. */
export function randomSigns(count: number, random: Random): Float32Array {
  return random.sign(new Float32Array(count));
}

/** `count` class labels, each uniform among 0 to `classes` − 1: random labels for inputs that are given. */
export function randomLabels(count: number, classes: number, random: Random): Int32Array {
  return Int32Array.from({ length: count }, () => random.int(classes));
}
