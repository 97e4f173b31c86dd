import { checkSettings, count, having, InputError, integer } from '@unbraid/checks';
import { type Random, type Seed, streamOf } from '@unbraid/kernels';
import * as z from 'zod';
import { type Codes, checkCodes } from './codes.ts';

/** What `elboParts` takes beside codes. */
export interface ElboPartsSettings {
  /** Of the one z from q(z|x) that is drawn for each image: a whole number, or a stream, which is advanced. Default 0. */
  readonly seed?: Seed;
  /** Images in the whole data set, of which the codes are a random sample; by default those of the codes. */
  readonly datasetSize?: number;
}

/** Parts of the mean KL divergence, in nats. */
export interface ElboParts {
  /** I(z; x), at most log(datasetSize): what the code tells of which image it is. */
  readonly indexCodeInformation: number;
  /** KL(q(z) ‖ Π q(z_j)): how much latents tell of each other. */
  readonly totalCorrelation: number;
  /** KL(q(z_j) ‖ N(0, 1)) of each latent. */
  readonly dimensionWiseKl: Float64Array;
}

/**
 * Takes the mean KL(q(z|x) ‖ N(0, I)) apart (Chen et al. 2018, arXiv 1802.04942, equation 2):
 *
 *     KL(q(z, x) ‖ q(z) p(x)) + KL(q(z) ‖ Π q(z_j)) + Σ_j KL(q(z_j) ‖ p(z_j))
 *
 * each an average over one z ~ q(z|x) for each image, so that their sum is the KL divergence up to the noise of the draw. The
 * aggregate q(z) of a data set of N images is estimated from the M that are given as there (appendix C.2, stratified): the
 * image that z was drawn from counts 1/N, the others share the rest. With N = M this is the aggregate itself; where N is larger,
 * what is estimated of q(z) is without bias, of its logarithm not. Time and work grow with M² · latents.
 *
 * @throws {InputError} where codes do not fit, there are fewer than two images, or the data set is smaller than its sample.
 */
export function elboParts(codes: Codes, settings: ElboPartsSettings = {}): ElboParts {
  const { seed, datasetSize } = checkSettings('dynamic-vae: elboParts', schema, settings);
  const random = streamOf(seed);
  checkCodes(codes);
  const { rows, cols } = codes.mean;
  const total = datasetSize ?? rows;
  if (rows < 2) throw new InputError('data', 'dynamic-vae: the parts of the ELBO are those of 2 images or more');
  if (total < rows) {
    throw new InputError(
      'setting',
      `dynamic-vae: a data set of ${total} images does not hold the ${rows} that were encoded`,
    );
  }
  const density = posteriorDensity(codes);
  const noise = new Float64Array(cols);
  const dimensionWiseKl = new Float64Array(cols);
  let indexCodeInformation = 0;
  let totalCorrelation = 0;
  for (let i = 0; i < rows; i++) {
    const draw = drawFrom(density, i, random.normal(noise));
    const { z, own } = draw;
    const aggregate = aggregateLogRatios(density, draw, total);
    const ownJoint = own.reduce((sum, one) => sum + one, 0);
    indexCodeInformation -= aggregate.joint / rows;
    totalCorrelation += (aggregate.joint + ownJoint) / rows;
    for (let j = 0; j < cols; j++) {
      const logMarginal = aggregate.marginals[j]! + own[j]!;
      totalCorrelation -= logMarginal / rows;
      dimensionWiseKl[j]! += (logMarginal - logStandardNormal(z[j]!)) / rows;
    }
  }
  const sum = dimensionWiseKl.reduce((all, one) => all + one, indexCodeInformation + totalCorrelation);
  if (Number.isFinite(sum)) return { indexCodeInformation, totalCorrelation, dimensionWiseKl };
  throw new InputError(
    'not-finite',
    'dynamic-vae: the parts of the ELBO are not finite: variances are too large or too small; training has diverged',
  );
}

const schema = z.object({
  seed: z
    .union([integer(), having<Random>('a stream', 'normal')], { error: 'an integer, or a stream of createRandom,' })
    .default(0),
  datasetSize: count().optional(),
});

/** log q(z_j|x_m) = constant − halfPrecision · (z_j − mean)², each [images, latents] row-major. */
interface PosteriorDensity {
  readonly rows: number;
  readonly cols: number;
  readonly mean: Float64Array;
  readonly halfPrecision: Float64Array;
  readonly constant: Float64Array;
}

const LOG_2PI = Math.log(2 * Math.PI);

function logStandardNormal(z: number): number {
  return -(z * z + LOG_2PI) / 2;
}

function posteriorDensity({ mean, logVariance }: Codes): PosteriorDensity {
  return {
    rows: mean.rows,
    cols: mean.cols,
    mean: Float64Array.from(mean.data),
    halfPrecision: Float64Array.from(logVariance.data, (logV) => Math.exp(-logV) / 2),
    constant: Float64Array.from(logVariance.data, (logV) => -(logV + LOG_2PI) / 2),
  };
}

/** A z with log q(z_j|x_i) of the image i that it was drawn from. */
interface Draw {
  readonly image: number;
  readonly z: Float64Array;
  readonly own: Float64Array;
}

/** z = μ + σ · noise. */
function drawFrom({ cols, mean, halfPrecision, constant }: PosteriorDensity, image: number, noise: Float64Array): Draw {
  const at = image * cols;
  return {
    image,
    z: noise.map((value, j) => mean[at + j]! + value / Math.sqrt(2 * halfPrecision[at + j]!)),
    own: noise.map((value, j) => constant[at + j]! - (value * value) / 2),
  };
}

/**
 * log q(z) − log q(z|x_i), and the same of each latent: relative to the image that z was drawn from, the sum of densities neither
 * overflows nor vanishes.
 */
function aggregateLogRatios(
  { rows, cols, mean, halfPrecision, constant }: PosteriorDensity,
  { image, z, own }: Draw,
  total: number,
): { joint: number; marginals: Float64Array } {
  const ownWeight = 1 / total;
  const otherWeight = (1 - ownWeight) / (rows - 1);
  const marginals = new Float64Array(cols);
  let joint = 0;
  for (let m = 0; m < rows; m++) {
    if (m === image) continue;
    let logRatio = 0;
    for (let j = 0; j < cols; j++) {
      const at = m * cols + j;
      const distance = z[j]! - mean[at]!;
      const difference = constant[at]! - halfPrecision[at]! * distance * distance - own[j]!;
      logRatio += difference;
      if (difference > NEGLIGIBLE) marginals[j]! += Math.exp(difference);
    }
    if (logRatio > NEGLIGIBLE) joint += Math.exp(logRatio);
  }
  return {
    joint: Math.log(ownWeight + otherWeight * joint),
    marginals: marginals.map((others) => Math.log(ownWeight + otherWeight * others)),
  };
}

/** Terms of less than e⁻⁵⁰, 1e-22, of the own density are not worth the time of their exponential. */
const NEGLIGIBLE = -50;
