import { InputError } from '@unbraid/checks';
import {
  add,
  broadcastTo,
  constant,
  exp,
  logSumExp,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  sub,
  type Tensor,
} from '@unbraid/graph';
import type { Posterior } from '../../vae/vae.ts';
import type { Regularizer } from '../training-step.ts';

/**
 * β-TCVAE (Chen, Li, Grosse and Duvenaud 2018, "Isolating Sources of Disentanglement in VAEs", arXiv 1802.04942, equation 4): the KL divergence in three parts with weights of
 * their own, α · index-code mutual information + β · total correlation + γ · dimension-wise KL divergence.
 */
export interface TcObjective {
  readonly name: 'tc';
  /** Of the mutual information, by default 1. */
  readonly alpha?: number;
  /** Of the total correlation, by default 6, theirs on dSprites. */
  readonly beta?: number;
  /** Of the dimension-wise KL divergence, by default 1. */
  readonly gamma?: number;
  /**
   * How log q(z) is estimated from a batch: `weighted`, the default and theirs, minibatch-weighted sampling (biased, small variance), or `stratified` sampling (unbiased; their appendix C).
   */
  readonly estimator?: 'weighted' | 'stratified';
  /** Rows of the whole data set, N; by default those that are learnt from. Needed where a function draws them and doesn't say. */
  readonly count?: number;
}

/** β, the weight of the total correlation. */
export const tcWeight = ({ beta = 6 }: TcObjective): number => beta;

/**
 * What β-TCVAE adds to the reconstruction: from the drawn codes alone, without the closed form of the KL divergence, as the authors have it.
 * @param rows of a batch
 * @param found rows that are learnt from, where that is known
 * @throws {InputError} where N isn't known, batches are larger than the data, or of one row in stratified sampling
 */
export function tcRegularizer(objective: TcObjective, rows: number, found: number | undefined): Regularizer {
  const { alpha = 1, gamma = 1, estimator = 'weighted', count: total = found } = objective;
  if (total === undefined)
    throw new InputError(
      'setting',
      "dynamic-vae: the objective tc needs to know how many rows there are, which the function that draws them doesn't say; give it count",
    );
  if (total < rows)
    throw new InputError(
      'setting',
      `dynamic-vae: the objective tc needs batches no larger than the data; there are ${rows} rows of ${total}`,
    );
  const logWeights = (estimator === 'weighted' ? weighted : stratified)(rows, total);
  return ({ posterior, codes }) => {
    const pairs = logDensityOfPairs(posterior, codes);
    const logQ = logSumExp(add(reduceSum(pairs, { axes: [2] }), logWeights), { axes: [1] });
    const each = logSumExp(add(pairs, reshape(logWeights, [rows, rows, 1])), { axes: [1] });
    const logMarginals = reduceSum(each, { axes: [1] });
    const logPosterior = reduceSum(logNormal(codes, posterior.mean, posterior.logVariance), { axes: [1] });
    const logPrior = reduceSum(mul(add(mul(codes, codes), LOG_TWO_PI), -0.5), { axes: [1] });
    const terms = [
      mul(sub(logPosterior, logQ), alpha),
      mul(sub(logQ, logMarginals), tcWeight(objective)),
      mul(sub(logMarginals, logPrior), gamma),
    ];
    return reduceMean(terms.reduce((sum, term) => add(sum, term)));
  };
}

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** log N(z; μ, σ²), entry by entry. */
function logNormal(z: Tensor, mean: Tensor, logVariance: Tensor): Tensor {
  const residual = sub(z, mean);
  const scaled = mul(mul(residual, residual), exp(mul(logVariance, -1)));
  return mul(add(scaled, add(logVariance, LOG_TWO_PI)), -0.5);
}

/** log q(z_j of row i | x of row m): `[rows, rows, latent]`. */
function logDensityOfPairs({ mean, logVariance }: Posterior, codes: Tensor): Tensor {
  const [rows, latent] = codes.shape as readonly [number, number];
  const ofPosteriors = (x: Tensor) => reshape(x, [1, rows, latent]);
  return logNormal(reshape(codes, [rows, 1, latent]), ofPosteriors(mean), ofPosteriors(logVariance));
}

/** log 1/(N M) for every pair of rows (appendix C.1); M rows of a batch. */
const weighted = (rows: number, total: number): Tensor => broadcastTo(constant(-Math.log(rows * total)), [rows, rows]);

/**
 * The weights of appendix C.2, with M = rows − 1 others: a row's own posterior stands for itself among N, one other row, here the next, for all that aren't in the
 * batch, and the rest weigh 1/M. (The authors' code puts the first two into columns 0 and 1 of every row, for its stride is M + 1 in a matrix
 * whose rows have M + 1 entries; the formula is followed here.)
 */
function stratified(rows: number, total: number): Tensor {
  const others = rows - 1;
  if (others < 1)
    throw new InputError(
      'setting',
      `dynamic-vae: stratified sampling needs batches of at least 2 rows, there is ${rows}; give batchSize`,
    );
  const data = new Float64Array(rows * rows).fill(1 / others);
  for (let i = 0; i < rows; i++) {
    data[i * rows + ((i + 1) % rows)] = (total - others) / (total * others);
    data[i * rows + i] = 1 / total;
  }
  return constant(data.map(Math.log), [rows, rows]);
}
