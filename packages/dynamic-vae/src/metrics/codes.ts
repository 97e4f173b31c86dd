import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';

/** What an encoder says of a set of images: q(z|x) = N(μ, diag σ²) for each. */
export interface Codes {
  /** μ, [images, latents]. */
  readonly mean: Matrix;
  /** log σ², [images, latents]. */
  readonly logVariance: Matrix;
}

/** What is true of the same images: the values of their factors, which are counted from 0. */
export interface Factors {
  /** [images, number of factors], row-major. */
  readonly values: ArrayLike<number>;
  /** How many values each factor takes. */
  readonly sizes: readonly number[];
  /** Which factors have values in an order, one entry a factor; by default none has. What that changes stands with each metric. */
  readonly ordered?: readonly boolean[];
  /**
   * What each image belongs to, [images] of whole numbers from 0: images of one group are never divided between training and test.
   * By default each is its own; `bootstrapIntervals` gives copies of an image one group.
   */
  readonly groups?: ArrayLike<number>;
}

/**
 * Refuses codes whose parts do not fit or are not finite, and sets of none.
 *
 * @throws with what does not fit, or the place of the first value that is not finite.
 */
export function checkCodes(codes: Codes): void {
  checkMatrix('mean', codes?.mean);
  checkMatrix('logVariance', codes?.logVariance);
  const { mean, logVariance } = codes;
  if (mean.rows !== logVariance.rows || mean.cols !== logVariance.cols) {
    throw new InputError(
      'data',
      `dynamic-vae: the means are ${mean.rows} × ${mean.cols}, the log variances ${logVariance.rows} × ${logVariance.cols}; codes have a mean and a log variance for each image and latent`,
    );
  }
  if (mean.rows === 0 || mean.cols === 0) {
    throw new InputError(
      'data',
      `dynamic-vae: codes of ${mean.rows} images and ${mean.cols} latents say nothing; give at least one of each`,
    );
  }
  const { cols } = mean;
  const place = (at: number) => `image ${Math.floor(at / cols)}, latent ${at % cols} (counted from 0)`;
  checkFiniteValues('dynamic-vae: the mean', mean.data, 'training has diverged', place);
  checkFiniteValues('dynamic-vae: the log variance', logVariance.data, 'training has diverged', place);
}

function checkMatrix(name: keyof Codes, matrix: Matrix | undefined): void {
  if (matrix && matrix.data?.length === matrix.rows * matrix.cols) return;
  throw new InputError(
    'data',
    `dynamic-vae: the codes' ${name} is ${showValue(matrix)}; a matrix { data, rows, cols } is needed, as encode gives it`,
  );
}

/**
 * Refuses factors that are not those of `images` images.
 *
 * @throws with what does not fit, or the first value that is not among its factor's.
 */
export function checkFactors(factors: Factors, images: number): void {
  if (!Array.isArray(factors?.sizes) || typeof factors.values?.length !== 'number') {
    throw new InputError(
      'data',
      `dynamic-vae: the factors are ${showValue(factors)}; give { values, sizes }: each image's value of each factor, and how many values each takes`,
    );
  }
  const { values, sizes, ordered, groups } = factors;
  const bad = sizes.find((size) => !(Number.isSafeInteger(size) && size >= 1));
  if (bad !== undefined) {
    throw new InputError('data', `dynamic-vae: a factor takes ${bad} values; a whole number of at least 1 is needed`);
  }
  if (sizes.length === 0)
    throw new InputError('data', 'dynamic-vae: there are no factors; give the size of at least one');
  if (values.length !== images * sizes.length) {
    throw new InputError(
      'data',
      `dynamic-vae: ${images} images with ${sizes.length} factors need ${images * sizes.length} factor values, got ${values.length}`,
    );
  }
  checkLength('ordered', ordered, sizes.length, 'factor');
  checkGroups(groups, images);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const factor = i % sizes.length;
    if (Number.isInteger(value) && value >= 0 && value < sizes[factor]!) continue;
    throw new InputError(
      'data',
      `dynamic-vae: image ${Math.floor(i / sizes.length)} has the value ${value} of factor ${factor} (both counted from 0), which takes 0 to ${sizes[factor]! - 1}`,
    );
  }
}

function checkLength(name: string, list: ArrayLike<unknown> | undefined, count: number, unit: string): void {
  if (list === undefined || list.length === count) return;
  throw new InputError(
    'data',
    `dynamic-vae: the factors' ${name} has ${list.length} entries; give ${count}, one for each ${unit}`,
  );
}

function checkGroups(groups: ArrayLike<number> | undefined, images: number): void {
  if (groups === undefined) return;
  checkLength('groups', groups, images, 'image');
  for (let i = 0; i < images; i++) {
    if (Number.isSafeInteger(groups[i]!) && groups[i]! >= 0) continue;
    throw new InputError(
      'data',
      `dynamic-vae: image ${i} is of group ${groups[i]!}; a group is a whole number of at least 0`,
    );
  }
}
