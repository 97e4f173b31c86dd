import { InputError } from '@unbraid/checks';
import { checkAtLeastZero } from '../check-count.ts';
import type { Initializer } from './initializer.ts';

/**
 * `gain` times a matrix whose rows or columns, whichever are fewer, are orthonormal, drawn uniformly from all such matrices (Saxe, McClelland and Ganguli 2014): for weights
 * `[inputs, outputs]` of dense layers.
 * @param gain what singular values are. Default 1
 * @throws {InputError} unless gain is finite and at least 0; from `initialize`, for a parameter that is no matrix of its fans
 */
export function orthogonal(gain = 1): Initializer {
  checkAtLeastZero("orthogonal's gain", gain);
  return {
    description: { name: 'orthogonal', value: gain },
    fill(out, random, { fanIn, fanOut }) {
      if (out.length !== fanIn * fanOut)
        throw new InputError(
          'model',
          `nn: orthogonal is for weights of dense layers, and this parameter has ${out.length} entries for fans of ${fanIn} and ${fanOut}; take another initializer`,
        );
      const [count, length] = fanIn < fanOut ? [fanIn, fanOut] : [fanOut, fanIn];
      const vectors = random.normal(new Float64Array(count * length));
      orthonormalize(vectors, count, length);
      const [step, across] = fanIn < fanOut ? [fanOut, 1] : [1, fanOut];
      for (let k = 0; k < count; k++) {
        for (let i = 0; i < length; i++) out[k * step + i * across] = gain * vectors[k * length + i]!;
      }
    },
  };
}

/**
 * Gram and Schmidt, each vector twice, which is as good as it gets in floating point (Giraud, Langou and Rozložník 2005). Of independent normal entries this is
 * Haar's measure, since lengths come out positive.
 */
function orthonormalize(vectors: Float64Array, count: number, length: number): void {
  for (let k = 0; k < count; k++) {
    const vector = vectors.subarray(k * length, (k + 1) * length);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const before = vectors.subarray(j * length, (j + 1) * length);
        let dot = 0;
        for (let i = 0; i < length; i++) dot += vector[i]! * before[i]!;
        for (let i = 0; i < length; i++) vector[i]! -= dot * before[i]!;
      }
    }
    const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    for (let i = 0; i < length; i++) vector[i]! /= norm;
  }
}
