import { checkSettings, count, finite, InputError, oneOf } from '@unbraid/checks';
import * as z from 'zod';
import { assembleVae } from './assemble.ts';
import { type ImageShape, imageSchema, pixelsOf, sidesOf } from './image-shape.ts';
import { bernoulli } from './likelihoods/bernoulli.ts';
import { gaussian } from './likelihoods/gaussian.ts';
import { denseNetworks, imageNetworks } from './networks.ts';
import { imageRows } from './rows.ts';
import type { Vae } from './vae.ts';

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

/** A VAE of square images that its settings describe wholly, as `createVae` makes it. */
export interface ImageVae extends Vae {
  readonly settings: Required<Omit<VaeSettings, 'variance'>> & Pick<VaeSettings, 'variance'>;
  /** Numbers of an image, and so of a row: channels · size · size. */
  readonly pixels: number;
}

/**
 * A variational autoencoder (Kingma and Welling 2014) with the network of the DynamicVAE paper or a small dense one. For images of other
 * sides, other data and networks of your own see `vaeFrom`.
 *
 * @throws {InputError} for a setting that is unknown, a latent size below 1, images of a size that is none of `imageSizes`, or a name that there is not
 */
export function createVae(given: VaeSettings): ImageVae {
  const settings = checked(given);
  const { image, latent, architecture, likelihood, variance = 1 } = settings;
  const [pixels, sides] = [pixelsOf(image), sidesOf(image)];
  const networks = architecture === 'conv' ? imageNetworks(sides, latent) : denseNetworks({ inputs: pixels, latent });
  const vae = {
    ...assembleVae({
      settings,
      latent,
      rows: imageRows(sides, 'unit'),
      likelihood: likelihood === 'bernoulli' ? bernoulli(pixels) : gaussian(pixels, variance, 'sigmoid'),
      ...networks,
    }),
    settings,
    pixels,
  };
  made.add(vae);
  return vae;
}

/** VAEs that their settings describe wholly. */
const made = new WeakSet<Vae>();

/** Whether a VAE is one that `createVae` made, and not one with a network of one's own. */
export const isDescribedBySettings = (vae: Vae): boolean => made.has(vae);

const schema = z.object({
  image: imageSchema,
  latent: count().default(10),
  architecture: oneOf('conv', 'dense').default('conv'),
  likelihood: oneOf('bernoulli', 'gaussian').default('bernoulli'),
  variance: finite({ above: 0 }).optional(),
});

function checked(given: VaeSettings): ImageVae['settings'] {
  const { variance, ...settings } = checkSettings('dynamic-vae: createVae', schema, given);
  if (variance === undefined) return settings;
  if (settings.likelihood === 'gaussian') return { ...settings, variance };
  throw new InputError(
    'setting',
    `dynamic-vae: createVae's variance is ${variance}, but a Bernoulli likelihood has none; leave it out, or make likelihood "gaussian"`,
  );
}
