import {
  add,
  constant,
  exp,
  matmul,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  sub,
  type Tensor,
  transpose,
} from '@unbraid/graph';
import type { Posterior } from '../../vae/vae.ts';
import { type Regularizer, weightedKl } from '../training-step.ts';

/**
 * DIP-VAE (Kumar, Sattigeri and Balakrishnan 2018, "Variational Inference of Disentangled Latent Concepts from Unlabeled Observations", arXiv 1711.00848): beside β = 1 times the
 * KL divergence λ_od · Σ_{i≠j} C_ij² + λ_d · Σ_i (C_ii − 1)², with C the covariance of means over the batch (I, equation 6), or of codes (II, equation 7).
 */
export interface DipObjective {
  readonly name: 'dip-i' | 'dip-ii';
  /** λ_od, by default 10. */
  readonly offDiagonal?: number;
  /** λ_d, by default 10 · λ_od of I and λ_od of II, as published. */
  readonly diagonal?: number;
}

/** β · KL and the penalty on the covariance. */
export function dipRegularizer({ name, offDiagonal = 10, diagonal }: DipObjective): Regularizer {
  const onDiagonal = diagonal ?? (name === 'dip-i' ? 10 * offDiagonal : offDiagonal);
  return (encoded) => {
    const covariance = covarianceOf(encoded.posterior, name === 'dip-ii');
    const latent = covariance.shape[0]!;
    const identity = identityOf(latent);
    const weights = add(mul(identity, onDiagonal - offDiagonal), offDiagonal);
    const distance = sub(covariance, identity);
    return add(weightedKl(encoded), reduceSum(mul(weights, mul(distance, distance))));
  };
}

/** Cov[μ] over the rows, `[latent, latent]`; of codes, Cov[μ] + E[diag σ²]. */
function covarianceOf({ mean, logVariance }: Posterior, ofCodes: boolean): Tensor {
  const [rows, latent] = mean.shape as readonly [number, number];
  const centred = sub(mean, reduceMean(mean, { axes: [0], keepDims: true }));
  const ofMeans = mul(matmul(transpose(centred), centred), 1 / rows);
  if (!ofCodes) return ofMeans;
  return add(ofMeans, mul(identityOf(latent), reshape(reduceMean(exp(logVariance), { axes: [0] }), [1, latent])));
}

const identityOf = (n: number): Tensor =>
  constant(
    Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0)),
    [n, n],
  );
