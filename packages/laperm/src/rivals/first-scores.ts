import { InputError } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import type { MaskedLeaf } from './masked-leaves.ts';

/**
 * Writes a layer's first scores: given ones, or uniform in ±1/√fanIn, which is what He's distribution for a leak of √5 comes to and the authors of
 * edge-popup take.
 * @throws {InputError} for given ones that are not a number for each parameter
 */
export const scoreLayer =
  (source: Float32Array | Random) =>
  (out: Float32Array, { path, offset, size, spec }: MaskedLeaf): void => {
    if (!(source instanceof Float32Array)) {
      const bound = 1 / Math.sqrt(spec.fans.fanIn);
      source.split(path).uniform(out, -bound, bound);
      return;
    }
    const given = source.subarray(offset, offset + size);
    if (given.length < size || given.some(Number.isNaN)) {
      throw new InputError(
        'data',
        `laperm: the scores of ${path} are ${given.length < size ? 'missing' : 'NaN in part'}; give one for each parameter of the model, in flat order`,
      );
    }
    out.set(given);
  };
