import type { Objective } from '@unbraid/dynamic-vae';
import { defineExperiment } from '@unbraid/experiment';
import { z } from 'zod';
import { type DecoupleFit, reportDecouple, summarizeDecouple } from './decouple-report.ts';
import {
  controllerSettings,
  controlObjective,
  dynamicObjective,
  scheduleOf,
  setPointSettings,
  titles,
  trainingSettings,
} from './settings.ts';
import { fitEach, spriteMetrics } from './sprite-fit.ts';

const NAMES = ['vae', 'beta', 'factor', 'control', 'dynamic'] as const;

const settings = z.object({
  objectives: z
    .array(z.enum(NAMES))
    .min(1)
    .default([...NAMES])
    .describe('What to train: vae, beta, factor, control, dynamic'),
  ...trainingSettings,
  steps: z.int().min(1).default(1_000_000).describe('Training steps of each'),
  beta: z.number().min(0).default(4).describe('β of the β-VAE'),
  gamma: z.number().min(0).default(10).describe('γ of FactorVAE, the weight of total correlation'),
  discriminatorWidth: z.int().min(1).default(1000).describe('Units of a hidden layer of FactorVAE’s discriminator'),
  discriminatorLayers: z.int().min(1).default(6).describe('Hidden layers of FactorVAE’s discriminator'),
  ...controllerSettings,
  ...setPointSettings,
});

type Settings = z.output<typeof settings>;

const perObjective = (key: string, meaning: (title: string) => string) =>
  Object.fromEntries(NAMES.map((name) => [`${name}${key}`, meaning(titles[name])]));

export const decouple = defineExperiment({
  name: 'dynamic-vae/decouple',
  title: 'Reconstruction apart from disentanglement',
  paper: 'arXiv 2009.06795, Section 5',
  description:
    'Trains VAEs of five objectives on drawn sprites, from the same weights on the same images for the same number of steps, and ' +
    'compares what they reconstruct with how well single latents tell single factors (MIG). DynamicVAE moves β at every step so ' +
    'that the KL divergence follows a slowly rising set point: factors are learnt apart while β is large, and at the end, with β ' +
    'below 1, images are sharp.',
  settings,
  presets: {
    smoke: {
      size: 32,
      steps: 60,
      batchSize: 32,
      learningRate: 1e-3,
      evaluationImages: 300,
      discriminatorWidth: 64,
      discriminatorLayers: 2,
      dynamicKi: -0.02,
      initialBeta: 12,
      window: 20,
      smoothing: 20,
      controlKi: 0.01,
      setPointWindow: 10,
      setPointRamp: 5,
      setPointMax: 2,
    },
    short: {
      size: 32,
      steps: 16_000,
      batchSize: 32,
      learningRate: 1e-3,
      discriminatorWidth: 256,
      dynamicKi: -0.002,
      initialBeta: 28,
      minBeta: 0.025,
      window: 10,
      smoothing: 50,
      controlKi: 0.0016,
      setPointWindow: 100,
      setPointRamp: 16,
      setPointMax: 13,
    },
    full: {},
  },
  metrics: spriteMetrics,
  summary: {
    ...perObjective('Beta', (title) => `Weight of the KL divergence that ${title} ends with`),
    ...perObjective('Kl', (title) => `KL divergence of ${title} in nats, on the evaluation images`),
    ...perObjective(
      'Reconstruction',
      (title) => `Reconstruction loss of ${title} in nats, summed over pixels, on the evaluation images`,
    ),
    ...perObjective('Mig', (title) => `Mutual information gap of ${title}, on the evaluation images`),
    dynamicTrackingError:
      'Largest |moving average of the KL divergence − C| of DynamicVAE in the last tenth of the steps, in nats',
    dynamicMeanTrackingError:
      'Mean |moving average of the KL divergence − C| of DynamicVAE in the last tenth of the steps, in nats',
    dynamicOvershoot:
      'How far the moving average of DynamicVAE’s KL divergence exceeded its set point at most, in nats, from when it first came within 0.5 of it',
    controlOvershoot:
      'How far the moving average of ControlVAE’s KL divergence exceeded its set point at most, in nats, from when it first came within 0.5 of it',
    dynamicReached: 'Whether DynamicVAE’s KL divergence reached the last set point',
    reconstructionGain: 'How much lower DynamicVAE’s reconstruction loss is than the β-VAE’s, in percent',
  },
  async run(context) {
    const { settings: s } = context;
    const names = NAMES.filter((name) => s.objectives.includes(name));
    const { fits, evaluation, runtime } = await fitEach(
      context,
      names.map((name) => ({ key: name, title: titles[name], objective: objectiveOf(name, s) })),
    );
    const named = fits.map((fit, i): DecoupleFit => ({ ...fit, name: names[i]! }));
    await reportDecouple(context, named, { settings: s, images: (await evaluation()).images, runtime });
    return summarizeDecouple(named, s.smoothing);
  },
});

function objectiveOf(name: (typeof NAMES)[number], s: Settings): Objective {
  switch (name) {
    case 'vae':
      return { name };
    case 'beta':
      return { name, beta: s.beta };
    case 'factor':
      return { name, gamma: s.gamma, discriminator: discriminatorOf(s) };
    case 'control':
      return controlObjective(s, scheduleOf(s));
    case 'dynamic':
      return dynamicObjective(s, scheduleOf(s));
  }
}

const discriminatorOf = ({ discriminatorWidth, discriminatorLayers, learningRate }: Settings) => ({
  width: discriminatorWidth,
  layers: discriminatorLayers,
  learningRate,
});
