import { broadcastTo, constant, slice, type Tensor, type Tree } from '@unbraid/graph';
import { type AnyModel, applyModel, inference, type Mode } from '@unbraid/nn';
import type { Likelihood } from './likelihoods/likelihood.ts';
import { POINT_LOG_VARIANCE, type Quantizer } from './quantizer.ts';
import type { Rows } from './rows.ts';
import type { Posterior, Vae, VaeParams } from './vae.ts';

/** What a VAE is put together from. */
export interface VaeParts {
  readonly settings: object;
  readonly latent: number;
  readonly rows: Rows;
  readonly likelihood: Likelihood;
  /** Of latents that are quantized. */
  readonly quantizer?: Quantizer | undefined;
  /** `[rows, inputs]` to `[rows, 2 · latent]`: means, then log variances; of quantized latents to `[rows, latent]`. */
  readonly encoder: AnyModel;
  /** `[rows, latent]` to `[rows, outputs]`. */
  readonly decoder: AnyModel;
}

/** The VAE of two networks that fit each other. */
export function assembleVae(parts: VaeParts): Vae {
  const { settings, latent, rows, likelihood, quantizer, encoder, decoder } = parts;
  const decode = (params: unknown, z: Tensor, mode: Mode = inference) =>
    applyModel(decoder, part(params, 'decoder'), z, mode);
  const given = (params: unknown, x: Tensor, mode: Mode = inference) =>
    applyModel(encoder, part(params, 'encoder'), rows.expand(x), mode);
  const nearest = (params: unknown, continuous: Tensor) => quantizer!.nearest(part(params, 'quantizer'), continuous);
  const encode = (params: unknown, x: Tensor, mode: Mode = inference): Posterior => {
    const both = given(params, x, mode);
    if (quantizer) return pointAt(nearest(params, both));
    return { mean: slice(both, [0, 0], [undefined, latent]), logVariance: slice(both, [0, latent]) };
  };
  const learns = Object.keys(likelihood.params).length > 0;
  return {
    settings,
    latent,
    rows,
    likelihood,
    ...(quantizer && { quantizer: { values: quantizer.values, continuous: given, nearest } }),
    params: {
      encoder: encoder.params,
      decoder: decoder.params,
      ...(learns && { likelihood: likelihood.params }),
      ...(quantizer && { quantizer: quantizer.params }),
    },
    encode,
    decode,
    apply: (params, x) => likelihood.mean(decode(params, encode(params, x).mean)),
  };
}

/** The posterior that is a point. */
export const pointAt = (mean: Tensor): Posterior => ({
  mean,
  logVariance: broadcastTo(constant(POINT_LOG_VARIANCE), mean.shape),
});

/** A part of the parameters; a tree without leaves where the VAE has no such part. */
export const part = (params: unknown, name: keyof VaeParams): Tree<Tensor> =>
  ((params as Partial<Record<keyof VaeParams, Tree<Tensor>>>)[name] ?? {}) as Tree<Tensor>;
