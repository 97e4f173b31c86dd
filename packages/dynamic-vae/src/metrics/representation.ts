import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { type Codes, checkCodes, checkFactors, type Factors } from './codes.ts';

/** What is measured: an encoder's codes, of which the means count, or any representation, [images, latents]. */
export type Representation = Codes | Matrix;

/**
 * The means of a representation, [images, latents].
 *
 * @throws {InputError} where it is none, does not fit, or is not finite
 */
export function meansOf(codes: Representation): Matrix {
  if (typeof codes === 'object' && codes !== null && 'mean' in codes) {
    checkCodes(codes);
    return codes.mean;
  }
  if (!codes || codes.data?.length !== codes.rows * codes.cols || codes.cols === 0) {
    throw new InputError(
      'data',
      `dynamic-vae: the codes are ${showValue(codes)}; give those of encode, or a matrix { data, rows, cols }`,
    );
  }
  const place = (at: number) => `row ${Math.floor(at / codes.cols)}, latent ${at % codes.cols} (counted from 0)`;
  checkFiniteValues('dynamic-vae: the representation', codes.data, 'drop or mend such rows', place);
  return codes;
}

/**
 * The means of a representation that a metric can compare with factors.
 *
 * @param metric whom the message names
 * @param least how many images the metric needs
 * @throws {InputError} where codes or factors do not fit, are not finite or too few, or a factor never varies
 */
export function measuredMeans(metric: string, codes: Representation, factors: Factors, least = 2): Matrix {
  const means = meansOf(codes);
  checkFactors(factors, means.rows);
  if (means.rows < least) {
    throw new InputError(
      'data',
      `dynamic-vae: ${metric} needs ${least} images or more, got ${means.rows}; encode more of them`,
    );
  }
  checkVaries(metric, factors);
  return means;
}

function checkVaries(metric: string, { values, sizes }: Factors): void {
  const count = sizes.length;
  for (let k = 0; k < count; k++) {
    let i = k;
    while (i < values.length && values[i] === values[k]) i += count;
    if (i < values.length) continue;
    throw new InputError(
      'data',
      `dynamic-vae: factor ${k} has one value in all images, of which ${metric} can say nothing; leave it out`,
    );
  }
}

/** The values of one factor, [images]. */
export function factorColumn({ values, sizes }: Factors, factor: number): Int32Array {
  const count = sizes.length;
  return Int32Array.from({ length: values.length / count }, (_, i) => values[i * count + factor]!);
}

/** One latent of all rows, [rows], in double precision. */
export function latentColumn({ data, rows, cols }: Matrix, latent: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + latent]!);
}
