import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { adam, initialize, type Optimizer } from '@unbraid/nn';
import { z } from 'zod';
import { type DenseFit, type DenseSettings, lapermOf, trainDense } from './dense-fit.ts';
import { type DenseNetwork, denseNames, denseNetworks } from './dense-networks.ts';
import { type AdamFit, type DenseResults, type LapermFit, reportDense, summarizeDense } from './dense-report.ts';
import { fitMetrics } from './fit-metrics.ts';
import { checkImageCounts, type ImageSets, imageSettings, loadImageSets } from './image-sets.ts';
import { permutationsOf } from './permuted.ts';

const ownSettings = 'the network’s own';

const settings = z.object({
  model: z
    .enum(denseNames)
    .default('mlp')
    .describe('Network: mlp (784-256-128-10) and conv7 on MNIST; conv2, conv4, conv13 and resnet50 on CIFAR-10'),
  ...imageSettings,
  epochs: z
    .int()
    .min(0)
    .default(0)
    .describe(`Epochs; 0: ${ownSettings}, 20 of mlp, 45 of conv7, 200 of resnet50, 125 of the others`),
  batchSize: z.int().min(0).default(0).describe(`Images in a step; 0: ${ownSettings}, 128 of mlp, else 50`),
  learningRate: z.number().positive().default(0.001).describe('Of LaPerm’s Adam at first; it falls by the epoch'),
  periods: z
    .array(z.int().min(1))
    .default([])
    .describe(`Steps between synchronizations that are tried, validation chooses; []: ${ownSettings}`),
  augment: z
    .boolean()
    .default(true)
    .describe('Turn, stretch and shift training images at random, where the paper does'),
  validateSteps: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Validate also after every so many steps of the training (the authors: 250, resnet50 800); 0: at the ends of epochs',
    ),
  adam: z.boolean().default(true).describe('Also train by Adam alone, from the same weights'),
  adamLearningRates: z
    .array(z.number().positive())
    .default([])
    .describe(
      `Learning rates of Adam alone that are tried, validation chooses; []: ${ownSettings}, as many as periods`,
    ),
});

type Settings = z.output<typeof settings>;

interface Tools {
  readonly context: RunContext<Settings>;
  readonly runtime: Runtime;
  readonly network: DenseNetwork;
  readonly sets: () => Promise<ImageSets>;
  readonly initial: Float32Array;
  readonly chosen: Omit<DenseSettings, 'learningRate'>;
  readonly seed: number;
}

/** One of the trainings that are compared. */
interface Plan {
  /** The unit's key. */
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
}

export const dense = defineExperiment({
  name: 'laperm/dense',
  title: 'Permuting random weights against changing them',
  paper: 'arXiv 2003.02570, Sections 4 and 5',
  description:
    'Trains a network from the same random weights and seed by LaPerm, which only permutes each neuron’s weights, and by Adam, which ' +
    'changes them. LaPerm is repeated for every number of steps between synchronizations. Adam is repeated for as many learning rates. Validation images choose that number, that rate ' +
    'and the epoch whose weights count. The trained network is also stored as its permutations.',
  settings,
  presets: {
    smoke: {
      trainImages: 1500,
      testImages: 500,
      validationImages: 300,
      epochs: 2,
      periods: [3, 10],
      learningRate: 0.003,
      adamLearningRates: [0.001, 0.003],
    },
    short: { epochs: 12 },
    full: {},
  },
  metrics: fitMetrics,
  summary: {
    lapermTest: 'Test accuracy in percent of the network trained by LaPerm, at the period and epoch best in validation',
    adamTest:
      'Test accuracy in percent of the network trained by Adam, at the learning rate and epoch best in validation; NaN where it was not trained',
    adamLearningRate: 'Learning rate that validation chose for Adam; NaN where it was not trained',
    gap: 'adamTest − lapermTest, in percentage points',
    period: 'Steps between synchronizations that validation chose',
    epoch: 'Epoch that validation chose for LaPerm, a fraction where that is within one',
    multisetUnchanged: 'Whether every weight vector has the values that it started with, bit for bit, for every period',
    bitsPerWeight: 'Size of the permutation checkpoint in bits a weight; float32 takes 32',
    movedPercent: 'Share of the permuted parameters whose value is another after training',
    lapermSeconds: 'Duration of the training by LaPerm that was chosen',
    adamSeconds: 'Duration of the training by Adam; NaN where it was not trained',
    seconds: 'Duration of the run',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { settings: s } = context;
    const network = denseNetworks[s.model]();
    const random = createRandom(context.seed);
    const periods = s.periods.length > 0 ? s.periods : network.periods;
    const adamRates = s.adamLearningRates.length > 0 ? s.adamLearningRates : network.adamRates;
    const rates = s.adam ? adamRates : [];
    checkImageCounts(s);
    const tools: Tools = {
      context,
      runtime: nodeRuntime(),
      network,
      sets: once(() => loadImageSets(network, s, random.split('validation'))),
      initial: initialize(network.model, random.split('weights')),
      chosen: {
        epochs: s.epochs || network.epochs,
        batchSize: s.batchSize || network.batchSize,
        augment: s.augment,
        validateSteps: s.validateSteps,
      },
      seed: random.split('fit').int(2 ** 31),
    };
    const plans: Plan[] = [
      ...rates.map((learningRate) => ({ name: `Adam, rate ${learningRate}`, optimizer: adam(), learningRate })),
      ...periods.map((period) => ({
        name: `LaPerm, k = ${period}`,
        optimizer: lapermOf(network, period),
        learningRate: s.learningRate,
      })),
    ];
    const fits = await context.units(
      plans,
      ({ name }) => name,
      (plan) => train(plan, tools),
      { label: 'fits' },
    );
    const byAdam = rates.map((learningRate, i): AdamFit => ({ learningRate, ...fits[i]! }));
    const byLaperm = periods.map((period, i): LapermFit => ({ period, ...fits[rates.length + i]! }));
    const results: DenseResults = {
      name: s.model,
      byAdam,
      byLaperm,
      permutations: byLaperm.map(({ params }) => permutationsOf(network.model, tools.initial, params, network.skip)),
    };
    const { model, skip } = network;
    await reportDense(context, results, { model, initial: tools.initial, ...(skip && { skip }) });
    return summarizeDense(results);
  },
});

async function train({ name, optimizer, learningRate }: Plan, tools: Tools): Promise<DenseFit> {
  const { context, network, sets, initial, chosen, ...rest } = tools;
  const { signal, checkpoints, log, progress } = context;
  const { epochs } = chosen;
  return trainDense(
    network,
    { optimizer, initial },
    await sets(),
    { ...chosen, learningRate },
    {
      ...rest,
      signal,
      checkpoints,
      onEpoch(point) {
        log({ fit: name, ...point });
        progress({ done: point.epoch, total: epochs, detail: `epoch ${Math.ceil(point.epoch)} of ${epochs}` });
      },
    },
  );
}
