import { add, exp, mul, reduceMean, reduceSum, sigmoid, softplus, sub, type Tensor } from '@unbraid/graph';
import type { Posterior, Vae } from './create-vae.ts';

/**
 * −log p(x|z), summed over pixels and averaged over rows, in nats: from logits for a Bernoulli likelihood, stable for any of
 * them; Σ (x − sigmoid(output))² / (2 σ²) for a Gaussian one of variance σ², without its constant.
 */
export function reconstructionLoss(
  { likelihood, variance = 1 }: Pick<Vae['settings'], 'likelihood' | 'variance'>,
  outputs: Tensor,
  x: Tensor,
): Tensor {
  const perRow = 1 / x.shape[0]!;
  if (likelihood === 'bernoulli') return mul(reduceSum(sub(softplus(outputs), mul(x, outputs))), perRow);
  const residual = sub(x, sigmoid(outputs));
  return mul(reduceSum(mul(residual, residual)), perRow / (2 * variance));
}

/** KL(q(z_j|x) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − log σ²) of each latent, averaged over rows: `[latent]`, in nats. */
export function klOfLatents({ mean, logVariance }: Posterior): Tensor {
  const twice = sub(add(mul(mean, mean), exp(logVariance)), add(logVariance, 1));
  return mul(reduceMean(twice, { axes: [0] }), 0.5);
}

/** z = μ + σ · ε, ε from N(0, I): a draw from the posterior through which gradients go (Kingma and Welling 2014, 2.4). */
export const drawCode = ({ mean, logVariance }: Posterior, noise: Tensor): Tensor =>
  add(mean, mul(exp(mul(logVariance, 0.5)), noise));
