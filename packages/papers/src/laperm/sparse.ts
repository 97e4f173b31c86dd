import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { randomPrune } from '@unbraid/laperm';
import { initialize } from '@unbraid/nn';
import { z } from 'zod';
import { type DenseFit, lapermOf, trainDense } from './dense-fit.ts';
import { type DenseNetwork, denseNetworks } from './dense-networks.ts';
import { fitMetrics } from './fit-metrics.ts';
import { checkImageCounts, type ImageSets, imageSettings, loadImageSets } from './image-sets.ts';
import { permutationsOf } from './permuted.ts';
import { reportSparse, type SparseFit, summarizeSparse } from './sparse-report.ts';

const settings = z.object({
  model: z.enum(['mlp', 'conv7']).default('mlp').describe('Network: mlp is 784-256-128-10'),
  ...imageSettings,
  rates: z
    .array(z.number().min(0).lt(1))
    .min(1)
    .default([0, 0.3, 0.5, 0.7, 0.9])
    .describe('Shares p of each layer’s weights that are set to zero before training'),
  firstLayerAtMost: z.number().min(0).lt(1).default(0.2).describe('The first layer’s share is this at most'),
  repeats: z.int().min(1).default(3).describe('Networks trained for each share'),
  epochs: z.int().min(0).default(0).describe('Epochs; 0: the network’s own, 20 of mlp, 45 of conv7'),
  batchSize: z.int().min(0).default(0).describe('Images in a step; 0: the network’s own, 128 of mlp, 50 of conv7'),
  learningRate: z.number().positive().default(0.001).describe('Of Adam at first; it falls by the epoch'),
  period: z.int().min(1).default(100).describe('Steps between synchronizations'),
  augment: z
    .boolean()
    .default(true)
    .describe('Turn, stretch and shift training images at random, where the paper does'),
});

type Settings = z.output<typeof settings>;

interface Tools {
  readonly context: RunContext<Settings>;
  readonly runtime: Runtime;
  readonly network: DenseNetwork;
  readonly sets: () => Promise<ImageSets>;
}

interface Case {
  /** Share of weights that are zero. */
  readonly rate: number;
  readonly repeat: number;
}

const nameOf = ({ rate, repeat }: Case) => `p = ${rate}, network ${repeat + 1}`;

export const sparse = defineExperiment({
  name: 'laperm/sparse',
  title: 'Permuting sparse random weights',
  paper: 'arXiv 2003.02570, Section 5.4',
  description:
    'Sets a share p of each layer’s random weights to zero and trains by LaPerm. The zeros are permuted like other weights, so training ' +
    'moves connections and never makes any. Validation images choose the epoch whose weights count.',
  settings,
  presets: {
    smoke: {
      trainImages: 1500,
      testImages: 500,
      validationImages: 300,
      epochs: 2,
      repeats: 1,
      period: 4,
      learningRate: 0.003,
    },
    short: { epochs: 8, repeats: 1 },
    full: {},
  },
  metrics: fitMetrics,
  summary: {
    test0: 'Mean test accuracy in percent with all weights',
    test30: 'The same with 30 percent of the weights zero',
    test50: 'The same with 50 percent',
    test70: 'The same with 70 percent',
    test90: 'The same with 90 percent',
    multisetUnchanged: 'Whether every weight vector of every network has the values that it started with, bit for bit',
    seconds: 'Duration of the run',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { rates, repeats, model } = context.settings;
    const random = createRandom(context.seed);
    const network = denseNetworks[model]();
    checkImageCounts(context.settings);
    const sets = once(() => loadImageSets(network, context.settings, random.split('validation')));
    const tools: Tools = { context, runtime: nodeRuntime(), network, sets };
    const cases = rates.flatMap((rate) => Array.from({ length: repeats }, (_, repeat): Case => ({ rate, repeat })));
    const trained = await context.units(cases, nameOf, (at) => train(at, random.split(at.repeat), tools), {
      label: 'networks',
    });
    const fits = trained.map((fit, i): SparseFit => ({ ...cases[i]!, ...fit }));
    await reportSparse(context, fits);
    return summarizeSparse(fits);
  },
});

/** Networks of one repeat start from the same weights and see the same batches, whatever their share of zeros. */
async function train(
  at: Case,
  random: Random,
  { context, runtime, network, sets }: Tools,
): Promise<Omit<SparseFit, 'rate' | 'repeat'>> {
  const { signal, checkpoints, settings: s } = context;
  const { model } = network;
  const weights = initialize(model, random.split('weights'));
  const initial = randomPrune(model, weights, {
    rate: at.rate,
    firstLayerAtMost: s.firstLayerAtMost,
    seed: random.split('zeros'),
  });
  const epochs = s.epochs || network.epochs;
  const chosen = {
    epochs,
    batchSize: s.batchSize || network.batchSize,
    learningRate: s.learningRate,
    augment: s.augment,
    validateSteps: 0,
  };
  const { params, ...fitted }: DenseFit = await trainDense(
    network,
    { optimizer: lapermOf(network, s.period), initial },
    await sets(),
    chosen,
    {
      runtime,
      seed: random.split('fit').int(2 ** 31),
      signal,
      checkpoints,
      onEpoch(point) {
        context.log({ fit: nameOf(at), ...point });
        context.progress({ done: point.epoch, total: epochs });
      },
    },
  );
  const zeros = initial.reduce((count, weight) => count + (weight === 0 ? 1 : 0), 0) / initial.length;
  return { ...fitted, ...permutationsOf(model, initial, params, network.skip), zeros };
}
