import { f32, layoutOf, trace } from '@unbraid/graph';
import { describe, expect, it, test } from 'vitest';
import { paramSpecs } from '../training/training-step.ts';
import { createVae, type Vae, type VaeSettings } from './create-vae.ts';

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
] satisfies VaeSettings[])('a VAE of %o', (settings) => {
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
  [{ image, latent: 0 }, 'the latent size is 0; a whole number of at least 1 is needed'],
  [
    { image: { channels: 1, size: 28 as 32 } },
    'images are 28 pixels wide; 32 and 64 are possible, so resize them first',
  ],
  [{ image: { channels: 0, size: 32 } }, 'images have 0 channels; a whole number of at least 1 is needed'],
  [{ image, architecture: 'resnet' as 'conv' }, 'there is no architecture resnet; there are conv and dense'],
  [{ image, likelihood: 'laplace' as 'gaussian' }, 'there is no likelihood laplace; there are bernoulli and gaussian'],
] satisfies [VaeSettings, string][])('the settings %o are refused', (settings, message) => {
  expect(() => createVae(settings)).toThrow(`dynamic-vae: ${message}`);
});
