import { defineExperiment } from '@unbraid/experiment';
import { z } from 'zod';
import { type DecoupleFit, reportDecouple } from './decouple-report.ts';
import { summarizeDecouple } from './decouple-summary.ts';
import { comparedNames, measuredMetrics, objectiveOf, titles } from './objectives.ts';
import { rankSeeds } from './rank-seeds.ts';
import { controllerSettings, freeControlSettings, setPointSettings, trainingSettings } from './settings.ts';
import { fitEach, spriteMetrics } from './sprite-fit.ts';

const settings = z.object({
  objectives: z
    .array(z.enum(comparedNames))
    .min(1)
    .default([...comparedNames])
    .describe('What to train: vae, beta, factor, control, free (ControlVAE with DynamicVAE’s least β), dynamic'),
  seeds: z.int().min(1).default(5).describe('Trainings of each objective, from other weights and on other images'),
  metrics: z
    .array(z.enum(measuredMetrics))
    .refine((names) => new Set(names).size === names.length, 'a list without repetitions is needed')
    .default([...measuredMetrics])
    .describe(`What is measured beside MIG: ${measuredMetrics.join(', ')}`),
  ...trainingSettings,
  steps: z.int().min(1).default(1_000_000).describe('Training steps of each'),
  beta: z.number().min(0).default(4).describe('β of the β-VAE'),
  gamma: z.number().min(0).default(10).describe('γ of FactorVAE, the weight of total correlation'),
  discriminatorWidth: z.int().min(1).default(1000).describe('Units of a hidden layer of FactorVAE’s discriminator'),
  discriminatorLayers: z.int().min(1).default(6).describe('Hidden layers of FactorVAE’s discriminator'),
  ...controllerSettings,
  ...freeControlSettings,
  ...setPointSettings,
});

const perObjective = (key: string, meaning: (title: string) => string) =>
  Object.fromEntries(comparedNames.map((name) => [`${name}${key}`, meaning(titles[name])]));

export const decouple = defineExperiment({
  name: 'dynamic-vae/decouple',
  title: 'Reconstruction apart from disentanglement',
  paper: 'arXiv 2009.06795, Section 5',
  description:
    'Trains VAEs of six objectives on drawn sprites with several seeds, all of a seed from the same weights on the same images for the same number of steps, and ' +
    'compares what they reconstruct with how well single latents tell single factors, by MIG and other metrics. DynamicVAE moves β at every step so ' +
    'that the KL divergence follows a slowly rising set point: factors are learnt apart while β is large, and at the end, with β ' +
    'below 1, images are sharp.',
  settings,
  presets: {
    smoke: {
      seeds: 1,
      metrics: ['modularity', 'sap'],
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
      freeKi: 0.01,
      setPointWindow: 10,
      setPointRamp: 5,
      setPointMax: 2,
    },
    short: {
      seeds: 3,
      size: 32,
      steps: 4000,
      batchSize: 32,
      learningRate: 1e-3,
      evaluationImages: 5000,
      discriminatorWidth: 256,
      dynamicKi: -0.004,
      initialBeta: 28,
      minBeta: 0.025,
      window: 10,
      smoothing: 50,
      freeKi: 0.004,
      setPointWindow: 40,
      setPointRamp: 20,
      setPointMax: 11,
    },
    full: {},
  },
  metrics: spriteMetrics,
  summary: {
    seeds: 'How many trainings of each objective what follows is of',
    ...perObjective('Beta', (title) => `Weight of the KL divergence that ${title} ends with, mean over seeds`),
    ...perObjective('Kl', (title) => `KL divergence of ${title} in nats, on the evaluation images, mean over seeds`),
    ...perObjective(
      'Reconstruction',
      (title) =>
        `Reconstruction loss of ${title} in nats, summed over pixels, on the evaluation images, mean over seeds`,
    ),
    ...perObjective('ReconstructionDeviation', (title) => `Its standard deviation over seeds, ${title}`),
    ...perObjective('Mig', (title) => `Mutual information gap of ${title}, on the evaluation images, mean over seeds`),
    ...perObjective('MigDeviation', (title) => `Its standard deviation over seeds, ${title}`),
    ...perObjective('Dci', (title) => `Disentanglement (DCI) of ${title}, mean over seeds`),
    ...perObjective(
      'Udr',
      (title) =>
        `Unsupervised disentanglement ranking of ${title}: how far the latents of its seeds agree, mean over seeds`,
    ),
    dynamicTrackingError:
      'Largest |moving average of the KL divergence − C| of DynamicVAE in the last tenth of the steps, in nats, of all seeds',
    dynamicMeanTrackingError:
      'Mean |moving average of the KL divergence − C| of DynamicVAE in the last tenth of the steps, in nats, over seeds',
    dynamicOvershoot:
      'How far the moving average of DynamicVAE’s KL divergence exceeded its set point at most, in nats, from when it first came within 0.5 of it: the largest of all seeds',
    controlOvershoot: 'The same of ControlVAE: the smallest of all seeds',
    freeOvershoot: 'The same of ControlVAE with DynamicVAE’s least β: the smallest of all seeds',
    dynamicReached: 'Whether DynamicVAE’s KL divergence reached the last set point with every seed',
    reconstructionGain:
      'How much lower DynamicVAE’s reconstruction loss is than the β-VAE’s, in percent, mean over seeds',
    leastReconstructionGain: 'The same of the seed where it is least',
    dynamicBestMig: 'With how many seeds DynamicVAE has the largest mutual information gap',
  },
  async run(context) {
    const { settings: s } = context;
    const names = comparedNames.filter((name) => s.objectives.includes(name));
    const trials = Array.from({ length: s.seeds }, (_, trial) => trial);
    const fitPlans = trials.flatMap((trial) =>
      names.map((name) => ({
        name,
        trial,
        key: `${name}-${trial}`,
        title: s.seeds === 1 ? titles[name] : `${titles[name]}, seed ${trial + 1}`,
        objective: objectiveOf(name, s),
      })),
    );
    const { fits, evaluation, runtime } = await fitEach(context, fitPlans, s.metrics);
    const named = fits.map((fit, i): DecoupleFit => ({ ...fit, name: fitPlans[i]!.name, trial: fitPlans[i]!.trial }));
    const facts = { settings: s, images: (await evaluation()).images, runtime };
    const udrs = await rankSeeds(named, facts);
    await reportDecouple(context, named, udrs, facts);
    return summarizeDecouple(named, udrs, s.smoothing);
  },
});
