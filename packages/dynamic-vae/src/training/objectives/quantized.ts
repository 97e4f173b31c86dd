import { InputError } from '@unbraid/checks';
import { add, mul, reduceMean, stopGradient, sub, type Tensor } from '@unbraid/graph';
import type { Vae } from '../../vae/vae.ts';
import type { Regularizer } from '../training-step.ts';

/**
 * Of VAEs whose latents are quantized (`vaeFrom` with `values`): the quantized-latent autoencoder QLAE (Hsu, Dorrell, Whittington, Wu and Finn 2023, "Disentanglement via Latent Quantization",
 * arXiv 2305.18378, equations 5 to 7). Beside the reconstruction there is no KL divergence, but what moves values to codes and codes to values.
 */
export interface QuantizedObjective {
  readonly name: 'quantized';
  /** λ_quantize, by default 0.01: of the mean of (sg[continuous] − value)² over latents. */
  readonly quantization?: number;
  /** λ_commit, by default 0.01: of the mean of (continuous − sg[value])². */
  readonly commitment?: number;
  /**
   * λ of AdamW on the weights of both networks, not on biases and values: a step takes learningRate · weightDecay of them. By default 0.1; the paper found it needed
   * (with a learning rate of 1e-3).
   */
  readonly weightDecay?: number;
}

/** @throws {InputError} unless quantized latents and this objective come together */
export function checkQuantized({ quantizer }: Vae, name: string): void {
  if ((quantizer !== undefined) === (name === 'quantized')) return;
  const found = quantizer
    ? `the objective ${name} is for latents that aren't quantized; take "quantized"`
    : 'the objective quantized is for quantized latents; give vaeFrom values';
  throw new InputError('setting', `dynamic-vae: ${found}`);
}

/**
 * λ_quantize · quantization loss + λ_commit · commitment loss, times the entries of a row: the authors' reconstruction loss is a mean over them, ours a sum.
 * @param entries of a row
 */
export function quantizedRegularizer(
  { quantization = 0.01, commitment = 0.01 }: QuantizedObjective,
  entries: number,
): Regularizer {
  const distance = (a: Tensor, b: Tensor) => {
    const residual = sub(a, b);
    return reduceMean(mul(residual, residual));
  };
  return ({ continuous, quantized }) =>
    add(
      mul(distance(stopGradient(continuous!), quantized!), quantization * entries),
      mul(distance(continuous!, stopGradient(quantized!)), commitment * entries),
    );
}
