import { compile, layoutOf, withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import type { AnyModel } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { createVae } from '../src/index.ts';
import { createDiscriminator } from '../src/training/discriminator.ts';
import { traceFactorStep } from '../src/training/factor-step.ts';
import { traceTrainingStep } from '../src/training/training-step.ts';
import { type GradientSummary, pytorch, type VaeCase } from './fixture.ts';
import { hashed, hashedParams } from './hashed.ts';

const { rows, stride, cases } = pytorch;

const nameOf = ({ settings: { image, architecture, likelihood }, gamma }: VaeCase) =>
  `${architecture}, ${image.channels} × ${image.size} × ${image.size}, ${likelihood}${gamma ? ', FactorVAE' : ''}`;

const images = (seed: number, pixels: number, { settings }: VaeCase) =>
  hashed(seed, rows * pixels).map((value) =>
    settings.likelihood === 'bernoulli' ? Number(value > 0.6) : (value + 1) / 2,
  );

const noise = (seed: number, latent: number) => hashed(seed, rows * latent).map((value) => 1.7 * value);

const norm2 = (values: Iterable<number>) => Math.sqrt([...values].reduce((sum, value) => sum + value * value, 0));

/** The largest error of a tensor's gradient, relative to the tensor's norm or that of the entries that are known. */
function gradientError(params: AnyModel['params'], flat: Float32Array, expected: readonly GradientSummary[]): number {
  const { leaves } = layoutOf(params, 'params');
  expect(leaves.length).toBe(expected.length);
  const errors = leaves.flatMap(({ offset, size }, k) => {
    const own = flat.subarray(offset, offset + size);
    const { norm, entries } = expected[k]!;
    const difference = norm2(entries.map((entry, i) => own[i * stride]! - entry));
    return [Math.abs(norm2(own) - norm) / norm, difference / norm2(entries)];
  });
  return Math.max(...errors);
}

const relative = (value: number, expected: number) => Math.abs(value - expected) / Math.abs(expected);

describe.each(cases.filter(({ gamma }) => gamma === undefined))('a training step of $settings', (one) => {
  it(`has PyTorch's losses to 1e-4 and its gradients to 1e-3 (${nameOf(one)})`, () =>
    withScope(async (scope) => {
      const vae = createVae(one.settings);
      const params = { data: hashedParams(vae.params, one.bounds, 1) };
      const step = scope.own(await compile(traceTrainingStep(vae, rows), nodeRuntime(), { inputs: { params } }));
      step.inputs.x.float32.set(images(2, vae.pixels, one));
      step.inputs.noise.float32.set(noise(3, vae.settings.latent));
      step.inputs.beta.float32[0] = one.beta;
      await step.run();
      expect(relative(step.outputs.reconstruction.float32[0]!, one.reconstruction)).toBeLessThan(1e-4);
      one.kl.forEach((kl, j) => {
        expect(relative(step.outputs.kl.float32[j]!, kl)).toBeLessThan(1e-4);
      });
      expect(gradientError(vae.params, step.outputs.grad.float32, one.gradient)).toBeLessThan(1e-3);
    }));
});

it("FactorVAE's step has PyTorch's losses and gradients, the discriminator's among them", () =>
  withScope(async (scope) => {
    const one = cases.find(({ gamma }) => gamma !== undefined)!;
    const vae = createVae(one.settings);
    const { latent } = vae.settings;
    const critic = createDiscriminator(latent, { width: 16, layers: 2 });
    const step = scope.own(
      await compile(traceFactorStep(vae, critic, one.gamma!, rows), nodeRuntime(), {
        inputs: {
          params: { data: hashedParams(vae.params, one.bounds, 1) },
          discriminator: { data: hashedParams(critic.params, one.discriminatorBounds!, 6) },
        },
      }),
    );
    const { inputs, outputs } = step;
    inputs.x.float32.set(images(2, vae.pixels, one));
    inputs.others.float32.set(images(4, vae.pixels, one));
    inputs.noise.float32.set(noise(3, latent));
    inputs.otherNoise.float32.set(noise(5, latent));
    inputs.beta.float32[0] = one.beta;
    inputs.order.int32.forEach((_, at, order) => {
      const [j, i] = [Math.floor(at / rows), at % rows];
      order[at] = j * rows + ((i + j + 1) % rows);
    });
    await step.run();
    expect(relative(outputs.reconstruction.float32[0]!, one.reconstruction)).toBeLessThan(1e-4);
    expect(relative(outputs.totalCorrelation.float32[0]!, one.totalCorrelation!)).toBeLessThan(1e-4);
    expect(relative(outputs.discriminatorLoss.float32[0]!, one.discriminatorLoss!)).toBeLessThan(1e-4);
    expect(gradientError(vae.params, outputs.grad.float32, one.gradient)).toBeLessThan(1e-3);
    expect(gradientError(critic.params, outputs.discriminatorGrad.float32, one.discriminatorGradient!)).toBeLessThan(
      1e-3,
    );
  }));
