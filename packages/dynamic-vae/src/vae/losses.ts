import { add, exp, mul, reduceMean, sub, type Tensor } from '@unbraid/graph';
import type { Posterior } from './vae.ts';

/** KL(q(z_j|x) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − log σ²) of each latent, averaged over rows: `[latent]`, in nats. */
export function klOfLatents({ mean, logVariance }: Posterior): Tensor {
  const twice = sub(add(mul(mean, mean), exp(logVariance)), add(logVariance, 1));
  return mul(reduceMean(twice, { axes: [0] }), 0.5);
}

/** z = μ + σ · ε, ε from N(0, I): a draw from the posterior through which gradients go (Kingma and Welling 2014, 2.4). */
export const drawCode = ({ mean, logVariance }: Posterior, noise: Tensor): Tensor =>
  add(mean, mul(exp(mul(logVariance, 0.5)), noise));
