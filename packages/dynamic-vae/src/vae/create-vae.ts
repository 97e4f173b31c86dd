import { sigmoid, slice, type Tensor, type Tree } from '@unbraid/graph';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import { type ImageShape, pixelsOf } from './image-shape.ts';
import { convolutionalNetworks, denseNetworks } from './networks.ts';

export interface VaeSettings {
  readonly image: ImageShape;
  /** Latent variables, by default 10. */
  readonly latent?: number;
  /** `conv`, the default: the paper's network; `dense`: a small one for quick trials. */
  readonly architecture?: 'conv' | 'dense';
  /** Of pixels: `bernoulli`, the default, for black and white, or `gaussian` (of variance 1) for colours. */
  readonly likelihood?: 'bernoulli' | 'gaussian';
}

/** q(z|x) = N(μ, diag σ²), symbolically: tensors `[rows, latent]`. */
export interface Posterior {
  readonly mean: Tensor;
  /** log σ² */
  readonly logVariance: Tensor;
}

/** A variational autoencoder: shapes of parameters and pure functions of them. Their values are one flat Float32Array. */
export interface Vae {
  readonly settings: Required<VaeSettings>;
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
 * @throws {RangeError} for a latent size below 1, images of another size than 32 or 64, or a name that there is not
 */
export function createVae(given: VaeSettings): Vae {
  const { image, latent = 10, architecture = 'conv', likelihood = 'bernoulli' } = given;
  const settings = { image: { channels: image.channels, size: image.size }, latent, architecture, likelihood };
  checkSettings(settings);
  const { encoder, decoder } = (architecture === 'conv' ? convolutionalNetworks : denseNetworks)(image, latent);
  const decode = (params: unknown, z: Tensor) => applyModel(decoder, half(params, 'decoder'), z);
  const encode = (params: unknown, x: Tensor) => posterior(encoder, half(params, 'encoder'), x, latent);
  return {
    settings,
    pixels: pixelsOf(image),
    params: { encoder: encoder.params, decoder: decoder.params },
    encode,
    decode,
    apply: (params, x) => sigmoid(decode(params, encode(params, x).mean)),
  };
}

const half = (params: unknown, name: 'encoder' | 'decoder'): unknown => (params as Record<string, unknown>)[name];

function posterior(encoder: AnyModel, params: unknown, x: Tensor, latent: number): Posterior {
  const both = applyModel(encoder, params, x);
  return { mean: slice(both, [0, 0], [undefined, latent]), logVariance: slice(both, [0, latent]) };
}

function checkSettings({ image, latent, architecture, likelihood }: Required<VaeSettings>): void {
  if (!(Number.isInteger(latent) && latent >= 1)) {
    throw new RangeError(`dynamic-vae: the latent size is ${latent}; a whole number of at least 1 is needed`);
  }
  if (!(Number.isInteger(image.channels) && image.channels >= 1)) {
    throw new RangeError(`dynamic-vae: images have ${image.channels} channels; a whole number of at least 1 is needed`);
  }
  if (image.size !== 32 && image.size !== 64) {
    throw new RangeError(
      `dynamic-vae: images are ${image.size} pixels wide; 32 and 64 are possible, so resize them first`,
    );
  }
  checkName('architecture', architecture, ['conv', 'dense']);
  checkName('likelihood', likelihood, ['bernoulli', 'gaussian']);
}

function checkName(what: string, name: string, names: readonly string[]): void {
  if (!names.includes(name))
    throw new RangeError(`dynamic-vae: there is no ${what} ${name}; there are ${names.join(' and ')}`);
}
