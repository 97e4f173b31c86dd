import { add, exp, log, mul, reduceMean, reduceSum, sigmoid, softplus, sub, type Tensor } from '@unbraid/graph';
import { param, zeros } from '@unbraid/nn';
import type { Likelihood } from './likelihood.ts';

/** σ² of a Gaussian likelihood: a number; `learnt`, a parameter; `optimal`, the mean squared error of the batch, which maximizes the likelihood. */
export type Variance = number | 'learnt' | 'optimal';

/** What stands between the decoder's outputs and the means: nothing, or a sigmoid, which keeps them in [0, 1]. */
export type MeanLink = 'identity' | 'sigmoid';

/** ½ log 2π */
export const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/**
 * The least log σ, a soft one, of what is learnt or optimal: −6 + softplus(log σ + 6), as Rybkin et al. have it. Without it σ of data that are met
 * exactly would be 0.
 */
const LEAST_LOG_SIGMA = -6;
export const softlyClipped = (logSigma: Tensor): Tensor =>
  add(softplus(sub(logSigma, LEAST_LOG_SIGMA)), LEAST_LOG_SIGMA);

const LINKS: Readonly<Record<MeanLink, (outputs: Tensor) => Tensor>> = { identity: (outputs) => outputs, sigmoid };

/**
 * Rows with independent Gaussian entries of one σ. With a fixed σ² the loss is Σ (x − μ)² / (2σ²), without its constant; ½ makes the authors' of ControlVAE
 * and DynamicVAE, Σ (x − μ)². Learnt and optimal σ (Rybkin, Daniilidis and Levine 2021, "Simple and Effective VAE Training with Calibrated Decoders",
 * arXiv 2006.13202, sections 3.1 and 3.2) have all of −log p(x|z): entries · (log σ + ½ log 2π) beside it.
 */
export function gaussian(cols: number, variance: Variance, mean: MeanLink): Likelihood {
  const link = LINKS[mean];
  const shared = { settings: { name: 'gaussian', variance, mean }, outputs: cols, mean: link };
  const squares = (outputs: Tensor, x: Tensor) => {
    const residual = sub(x, link(outputs));
    return mul(residual, residual);
  };
  if (variance === 'learnt') return { ...shared, ...learnt(cols, squares) };
  if (variance === 'optimal') return { ...shared, ...optimal(cols, squares) };
  return {
    ...shared,
    params: {},
    loss: (_, outputs, x) => mul(reduceSum(squares(outputs, x)), 1 / x.shape[0]! / (2 * variance)),
    perRow: (_, outputs, x) => mul(reduceSum(squares(outputs, x), { axes: [1] }), 1 / (2 * variance)),
  };
}

/** Makes (x − μ)², entry by entry. */
type Squares = (outputs: Tensor, x: Tensor) => Tensor;
type Parts = Pick<Likelihood, 'params' | 'loss' | 'perRow' | 'total'>;

/** entries · (log σ + ½ log 2π) + squares / (2σ²) */
const withSigma = (squares: Tensor, logSigma: Tensor, entries: number): Tensor =>
  add(mul(squares, mul(exp(mul(logSigma, -2)), 0.5)), mul(add(logSigma, HALF_LOG_TWO_PI), entries));

function learnt(cols: number, squares: Squares): Parts {
  const logSigmaOf = (params: unknown) => softlyClipped((params as { readonly logSigma: Tensor }).logSigma);
  return {
    // σ = 1 to begin with.
    params: { logSigma: param([], zeros) },
    loss: (params, outputs, x) =>
      withSigma(mul(reduceSum(squares(outputs, x)), 1 / x.shape[0]!), logSigmaOf(params), cols),
    perRow: (params, outputs, x) => withSigma(reduceSum(squares(outputs, x), { axes: [1] }), logSigmaOf(params), cols),
  };
}

/** Beside the mean squared error, so that its logarithm has a derivative where it is 0; far below the least σ². */
const TINY = 1e-12;

function optimal(cols: number, squares: Squares): Parts {
  return {
    params: {},
    loss(_, outputs, x) {
      const error = reduceMean(squares(outputs, x));
      return withSigma(mul(error, cols), softlyClipped(mul(log(add(error, TINY)), 0.5)), cols);
    },
    perRow: (_, outputs, x) => reduceSum(squares(outputs, x), { axes: [1] }),
    total(meanOfRows) {
      const error = meanOfRows / cols;
      const excess = Math.log(error + TINY) / 2 - LEAST_LOG_SIGMA;
      const logSigma = LEAST_LOG_SIGMA + Math.max(excess, 0) + Math.log1p(Math.exp(-Math.abs(excess)));
      return cols * (logSigma + HALF_LOG_TWO_PI) + meanOfRows / (2 * Math.exp(2 * logSigma));
    },
  };
}
