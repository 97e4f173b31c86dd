import type { Tensor, Tree } from '@unbraid/graph';
import type { Mode, ParamSpec } from '@unbraid/nn';
import type { Likelihood } from './likelihoods/likelihood.ts';
import type { Quantizer } from './quantizer.ts';
import type { Rows } from './rows.ts';

/** q(z|x) = N(μ, diag σ²), symbolically: tensors `[rows, latent]`. */
export interface Posterior {
  readonly mean: Tensor;
  /** log σ² */
  readonly logVariance: Tensor;
}

/** The parts of a VAE that have parameters; `likelihood` only where it learns something itself, `quantizer` where latents are quantized. */
export type VaeParams = Readonly<Record<'encoder' | 'decoder', Tree<ParamSpec>>> &
  Readonly<Partial<Record<'likelihood' | 'quantizer', Tree<ParamSpec>>>>;

/** The quantizer of a VAE, as functions of all its parameters. */
export interface VaeQuantizer extends Pick<Quantizer, 'values'> {
  /** What the encoder gives before it is quantized, `[rows, latent]`. */
  continuous(params: unknown, x: Tensor, mode?: Mode): Tensor;
  /** The value nearest to each number, `[rows, latent]`. */
  nearest(params: unknown, continuous: Tensor): Tensor;
}

/**
 * A variational autoencoder: shapes of parameters and pure functions of them. Their values are one flat Float32Array. `createVae` makes those of the
 * paper, `vaeFrom` one of any two networks.
 */
export interface Vae {
  /** What it is, plain JSON: kept in files and checkpoints, and compared with theirs. */
  readonly settings: object;
  /** Latent variables. */
  readonly latent: number;
  /** What a row of data is. */
  readonly rows: Rows;
  /** p(x|z) of the decoder's outputs. */
  readonly likelihood: Likelihood;
  /** How latents are quantized, where they are: their posterior is then a point, one of `values` for each latent. */
  readonly quantizer?: VaeQuantizer;
  /** What the layers of its networks are, by their places, where `settings` don't tell; checkpoints are compared by them. */
  readonly networks?: Readonly<Record<string, string>>;
  /** `initialize` of `@unbraid/nn` draws first values, `layoutOf` says where each lies. */
  readonly params: VaeParams;
  /** From rows `[rows, cols]`, with symbolic parameters that follow `params`. */
  encode(params: unknown, x: Tensor, mode?: Mode): Posterior;
  /** From codes `[rows, latent]` to what the likelihood takes, `[rows, likelihood.outputs]`: for images pixels before the sigmoid. */
  decode(params: unknown, z: Tensor, mode?: Mode): Tensor;
  /** As a model of `@unbraid/nn`: rows to what is expected of them, from the mean code. */
  apply(params: never, x: Tensor): Tensor;
}
