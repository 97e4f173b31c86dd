import { InputError } from '@unbraid/checks';
/**
 * What the words of a stream are made into. The kind is part of the counter, so that each distribution has words of its
 * own: a normal number, which takes two words, then never shares one with a uniform number.
 */
export type Distribution =
  | { readonly kind: 'bits' }
  | { readonly kind: 'sign' }
  | {
      readonly kind: 'uniform';
      readonly low: number;
      readonly range: number;
      /** The largest float32 below the upper end, which low + range·u can reach by rounding. */
      readonly largest: number;
    }
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number };

/** The third word of the counter. */
export const kindWord: { readonly [K in Distribution['kind']]: number } = { bits: 0, uniform: 1, normal: 2, sign: 3 };

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The largest float32 below the finite float32 x. */
function below(x: number): number {
  float[0] = x === 0 ? -0 : x;
  bits[0]! += x > 0 ? -1 : 1;
  return float[0];
}

/**
 * Uniform on [low, high), both taken to float32.
 *
 * @throws InputError when there is no float32 in that range, or its width is not finite
 */
export function uniform(low: number, high: number): Distribution {
  const low32 = Math.fround(low);
  const high32 = Math.fround(high);
  const range = Math.fround(high32 - low32);
  if (!(range > 0 && range < Number.POSITIVE_INFINITY)) {
    throw new InputError(
      'setting',
      `kernels: uniform takes finite low < high that differ as float32, got low ${low} and high ${high}`,
    );
  }
  return { kind: 'uniform', low: low32, range, largest: below(high32) };
}

/**
 * Normal with the given mean and standard deviation.
 *
 * @throws InputError when they are not finite or std is negative
 */
export function normal(mean: number, std: number): Distribution {
  if (!(Number.isFinite(mean) && Number.isFinite(std) && std >= 0)) {
    throw new InputError(
      'setting',
      `kernels: normal takes a finite mean and a finite std >= 0, got mean ${mean} and std ${std}`,
    );
  }
  return { kind: 'normal', mean: Math.fround(mean), std: Math.fround(std) };
}
