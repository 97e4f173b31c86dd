import { f32, layoutOf, trace } from '@unbraid/graph';
import { describe, expect, it, test } from 'vitest';
import { paramSpecs } from '../training/training-step.ts';
import { createVae, type VaeSettings } from './create-vae.ts';
import type { Vae } from './vae.ts';

const size = ({ params }: Vae) => layoutOf(params, 'params').size;

it("has the paper's network at 64 pixels", () => {
  const vae = createVae({ image: { channels: 1, size: 64 } });
  const shapes = layoutOf(vae.params, 'params').leaves.map(({ path, shape }) => `${path} ${shape.join('×')}`);
  expect(shapes.filter((text) => text.includes('weight'))).toEqual([
    'encoder.1.weight 32×1×4×4',
    'encoder.3.weight 32×32×4×4',
    'encoder.5.weight 64×32×4×4',
    'encoder.7.weight 64×64×4×4',
    'encoder.10.weight 1024×256',
    'encoder.12.weight 256×20',
    'decoder.0.weight 10×256',
    'decoder.2.weight 256×1024',
    'decoder.6.weight 64×64×4×4',
    'decoder.8.weight 64×32×4×4',
    'decoder.10.weight 32×32×4×4',
    'decoder.12.weight 32×1×4×4',
  ]);
  // 4 × 4 convolutions 32, 32, 64, 64 and 256 and a dense layer, with biases; mirrored.
  const encoder = 16 * (32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 256) + 32 + 32 + 64 + 64 + 256 + 256 * 20 + 20;
  const decoder = 10 * 256 + 256 + 16 * (256 * 64 + 64 * 64 + 64 * 32 + 32 * 32 + 32) + 64 + 64 + 32 + 32 + 1;
  expect(size(vae)).toBe(encoder + decoder);
});

describe.each([
  { image: { channels: 1, size: 64 }, latent: 10 },
  { image: { channels: 3, size: 32 }, latent: 4 },
  { image: { channels: 1, size: 32 }, latent: 1, architecture: 'dense' },
  { image: { channels: 3, size: 16 }, latent: 2 },
  { image: { channels: 1, size: 128 }, latent: 10 },
  { image: { channels: 1, size: 256 }, latent: 3 },
] satisfies VaeSettings[])('a VAE of %o', (settings) => {
  it('has feature maps of 4 × 4 in the middle', () => {
    if ('architecture' in settings) return;
    const weights = layoutOf(createVae(settings).params, 'params').leaves.filter(({ shape }) => shape.length === 4);
    expect(weights.filter(({ path }) => path.startsWith('encoder'))).toHaveLength(Math.log2(settings.image.size / 4));
    expect(weights.filter(({ path }) => path.startsWith('decoder'))).toHaveLength(Math.log2(settings.image.size / 4));
  });

  it('takes rows of pixels to codes, and codes to rows of pixels', () => {
    const vae = createVae(settings);
    const specs = { params: paramSpecs(vae), x: f32(5, vae.pixels), z: f32(5, settings.latent) };
    const { outputs } = trace(specs, ({ params, x, z }) => ({
      ...vae.encode(params, x),
      images: vae.decode(params, z),
    }));
    expect(outputs.mean.shape).toEqual([5, settings.latent]);
    expect(outputs.logVariance.shape).toEqual([5, settings.latent]);
    expect(outputs.images.shape).toEqual([5, settings.image.channels * settings.image.size ** 2]);
  });
});

const image = { channels: 1, size: 32 } as const;

test.each([
  [{ image, latent: 0 }, "createVae's latent is 0; an integer of at least 1 is needed"],
  [
    { image: { channels: 1, size: 28 as 32 } },
    "createVae's image.size is 28; 16, 32, 64, 128 or 256 pixels (resize other images first, give them margins by padImages, or take vaeFrom) is needed",
  ],
  [{ image: { channels: 0, size: 32 } }, "createVae's image.channels is 0; an integer of at least 1 is needed"],
  [{ image, architecture: 'resnet' as 'conv' }, 'createVae\'s architecture is "resnet"; "conv" or "dense" is needed'],
  [
    { image, likelihood: 'laplace' as 'gaussian' },
    'createVae\'s likelihood is "laplace"; "bernoulli" or "gaussian" is needed',
  ],
  [{ image, variance: 0.5 }, "createVae's variance is 0.5, but a Bernoulli likelihood has none"],
  [{ image, likelihood: 'gaussian', variance: Number.NaN }, "createVae's variance is NaN; a finite number above 0"],
  [{ image, latents: 3 } as VaeSettings, 'createVae has no setting "latents"; the nearest are latent'],
] satisfies [VaeSettings, string][])('the settings %o are refused', (settings, message) => {
  expect(() => createVae(settings)).toThrow(`dynamic-vae: ${message}`);
});
