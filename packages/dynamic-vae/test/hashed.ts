import { layoutOf } from '@unbraid/graph';
import type { AnyModel } from '@unbraid/nn';

/** The numbers in [−1, 1) that `python/fixtures/vae.py` makes of a seed. */
export function hashed(seed: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let x = Math.imul(i + seed * 2 ** 20, 2654435761) >>> 0;
    for (let round = 0; round < 2; round++) x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
    return (2 * ((x ^ (x >>> 16)) >>> 0)) / 2 ** 32 - 1;
  });
}

/** Parameters of a network: the numbers of a seed times the bound of each tensor. */
export function hashedParams(params: AnyModel['params'], bounds: readonly number[], seed: number): Float32Array {
  const { size, leaves } = layoutOf(params, 'params');
  const flat = Float32Array.from(hashed(seed, size));
  leaves.forEach(({ offset, size: count }, k) => {
    for (let i = offset; i < offset + count; i++) flat[i] = bounds[k]! * flat[i]!;
  });
  return flat;
}
