import { checkSettings, count, finite } from '@unbraid/checks';
import { add, gather, maximum, mul, neg, reduceMean, reshape, softplus, type Tensor, transpose } from '@unbraid/graph';
import { type AnyModel, activation, dense, sequential } from '@unbraid/nn';
import * as z from 'zod';

export const discriminatorSchema = z.object({
  width: count().default(1000),
  layers: count().default(6),
  learningRate: finite({ above: 0 }).default(1e-4),
});

/** FactorVAE's discriminator: a network that tells codes from codes whose latents were shuffled. */
export interface DiscriminatorSettings {
  /** Units of a hidden layer, by default 1000. */
  readonly width?: number;
  /** Hidden layers, by default 6, as published. */
  readonly layers?: number;
  /** Of its Adam (β₁ 0.5, β₂ 0.9), by default 1e-4. */
  readonly learningRate?: number;
}

/**
 * FactorVAE's discriminator (Kim and Mnih 2018, arXiv 1802.05983): codes `[rows, latent]` to `[rows, 1]`, the logit of the
 * probability that they are drawn from q(z) and not from the product of its marginals. Leaky ReLU of slope 0.2.
 *
 * @throws {InputError} unless width and layers are whole numbers of at least 1
 */
export function createDiscriminator(latent: number, settings: DiscriminatorSettings = {}): AnyModel {
  const { width, layers } = checkSettings('dynamic-vae: the discriminator', discriminatorSchema, settings);
  const hidden = Array.from({ length: layers }, (_, i) => [
    dense(i === 0 ? latent : width, width),
    activation((x) => maximum(x, mul(x, 0.2))),
  ]);
  return sequential([...hidden.flat(), dense(width, 1)]);
}

/** Total correlation by the density-ratio trick: the mean of log D − log(1 − D) over codes of q(z), which is the logit. */
export const totalCorrelation = (logits: Tensor): Tensor => reduceMean(logits);

/** ½ (−log D(z) − log(1 − D(permuted z))), averaged over rows. */
export const discriminatorLoss = (logits: Tensor, permutedLogits: Tensor): Tensor =>
  mul(add(reduceMean(softplus(neg(logits))), reduceMean(softplus(permutedLogits))), 0.5);

/**
 * Codes whose every latent is permuted across the rows: draws from the product of the marginals.
 *
 * @param codes `[rows, latent]`
 * @param order int32 `[latent · rows]`: for latent j and row i, j · rows plus the row that the value comes from
 */
export function permuteCodes(codes: Tensor, order: Tensor): Tensor {
  const [rows, latent] = codes.shape as readonly [number, number];
  const columns = reshape(transpose(codes), [rows * latent]);
  return transpose(reshape(gather(columns, order), [latent, rows]));
}
