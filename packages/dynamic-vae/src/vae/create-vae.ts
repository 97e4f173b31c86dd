import { checkSettings, count, finite, InputError, oneOf } from '@unbraid/checks';
import { sigmoid, slice, type Tensor, type Tree } from '@unbraid/graph';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import { type ImageShape, imageSchema, pixelsOf } from './image-shape.ts';
import { convolutionalNetworks, denseNetworks } from './networks.ts';

/** What `createVae` makes. */
export interface VaeSettings {
  readonly image: ImageShape;
  /** Latent variables, by default 10. */
  readonly latent?: number;
  /** `conv`, the default: the paper's network; `dense`: a small one for quick trials. */
  readonly architecture?: 'conv' | 'dense';
  /** Of pixels: `bernoulli`, the default, for black and white, or `gaussian` for colours. */
  readonly likelihood?: 'bernoulli' | 'gaussian';
  /**
   * σ² of a Gaussian likelihood, by default 1: a reconstruction loss of ½ Σ (x − x̂)². The authors of ControlVAE and DynamicVAE
   * take Σ (x − x̂)², which is a variance of ½.
   */
  readonly variance?: number;
}

/** q(z|x) = N(μ, diag σ²), symbolically: tensors `[rows, latent]`. */
export interface Posterior {
  readonly mean: Tensor;
  /** log σ² */
  readonly logVariance: Tensor;
}

/** A variational autoencoder: shapes of parameters and pure functions of them. Their values are one flat Float32Array. */
export interface Vae {
  readonly settings: Required<Omit<VaeSettings, 'variance'>> & Pick<VaeSettings, 'variance'>;
  /** Numbers of an image, and so of a row: channels · size · size. */
  readonly pixels: number;
  /** `encoder` and `decoder`; `initialize` of `@unbraid/nn` draws first values, `layoutOf` says where each lies. */
  readonly params: Readonly<Record<'encoder' | 'decoder', Tree<ParamSpec>>>;
  /** From images `[rows, pixels]`, with symbolic parameters that follow `params`. */
  encode(params: unknown, x: Tensor): Posterior;
  /** From codes `[rows, latent]` to pixels before the sigmoid, `[rows, pixels]`: the logits of a Bernoulli likelihood. */
  decode(params: unknown, z: Tensor): Tensor;
  /** As a model of `@unbraid/nn`: images to their reconstructions from the mean code. */
  apply(params: never, x: Tensor): Tensor;
}

/**
 * A variational autoencoder (Kingma and Welling 2014) with the network of the DynamicVAE paper or a small dense one.
 *
 * @throws {InputError} for a setting that is unknown, a latent size below 1, images of a size that is none of `imageSizes`, or a name that there is not
 */
export function createVae(given: VaeSettings): Vae {
  const settings = checked(given);
  const { image, latent, architecture } = settings;
  const { encoder, decoder } = (architecture === 'conv' ? convolutionalNetworks : denseNetworks)(image, latent);
  const decode = (params: unknown, z: Tensor) => applyModel(decoder, half(params, 'decoder'), z);
  const encode = (params: unknown, x: Tensor) => posterior(encoder, half(params, 'encoder'), x, latent);
  const vae: Vae = {
    settings,
    pixels: pixelsOf(image),
    params: { encoder: encoder.params, decoder: decoder.params },
    encode,
    decode,
    apply: (params, x) => sigmoid(decode(params, encode(params, x).mean)),
  };
  made.add(vae);
  return vae;
}

/** VAEs that their settings describe wholly. */
const made = new WeakSet<Vae>();

/** Whether a VAE is one that `createVae` made, and not a network of one's own with the same face. */
export const isDescribedBySettings = (vae: Vae): boolean => made.has(vae);

const half = (params: unknown, name: 'encoder' | 'decoder'): unknown => (params as Record<string, unknown>)[name];

function posterior(encoder: AnyModel, params: unknown, x: Tensor, latent: number): Posterior {
  const both = applyModel(encoder, params, x);
  return { mean: slice(both, [0, 0], [undefined, latent]), logVariance: slice(both, [0, latent]) };
}

const schema = z.object({
  image: imageSchema,
  latent: count().default(10),
  architecture: oneOf('conv', 'dense').default('conv'),
  likelihood: oneOf('bernoulli', 'gaussian').default('bernoulli'),
  variance: finite({ above: 0 }).optional(),
});

function checked(given: VaeSettings): Vae['settings'] {
  const { variance, ...settings } = checkSettings('dynamic-vae: createVae', schema, given);
  if (variance === undefined) return settings;
  if (settings.likelihood === 'gaussian') return { ...settings, variance };
  throw new InputError(
    'setting',
    `dynamic-vae: createVae's variance is ${variance}, but a Bernoulli likelihood has none; leave it out, or make likelihood "gaussian"`,
  );
}
