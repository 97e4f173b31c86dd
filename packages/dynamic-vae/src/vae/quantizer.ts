import { abs, argMax, mul, neg, oneHot, reduceSum, reshape, sub, type Tensor } from '@unbraid/graph';
import { type Initializer, type ParamSpec, param } from '@unbraid/nn';

/** Latents that take one of a few values each, which are learnt (Hsu et al. 2023, section 3). */
export interface Quantizer {
  /** n_v: how many values a latent has. */
  readonly values: number;
  /** `[latent, values]`, evenly from −½ to ½ to begin with. */
  readonly params: { readonly values: ParamSpec };
  /**
   * The value nearest to each number, `[rows, latent]`; gradients go to the values alone.
   * @param params as `params`
   */
  nearest(params: unknown, continuous: Tensor): Tensor;
}

/** @param values at least 2 */
export function createQuantizer(latent: number, values: number): Quantizer {
  const evenly: Initializer = {
    fill(out) {
      for (let i = 0; i < out.length; i++) out[i] = (i % values) / (values - 1) - 0.5;
    },
  };
  return {
    values,
    params: { values: param([latent, values], evenly) },
    nearest(params, continuous) {
      const book = reshape((params as { readonly values: Tensor }).values, [1, latent, values]);
      const distances = abs(sub(reshape(continuous, [continuous.shape[0]!, latent, 1]), book));
      const chosen = oneHot(argMax(neg(distances), 2), values);
      return reduceSum(mul(chosen, book), { axes: [2] });
    },
  };
}

/**
 * log σ² of a quantized code, which has none: finite, so that codes can be measured as others are, and so small (σ = 3e-7) that a code is as good as a point.
 */
export const POINT_LOG_VARIANCE = -30;
