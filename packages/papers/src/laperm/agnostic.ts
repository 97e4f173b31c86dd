import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { z } from 'zod';
import { type AgnosticTrial, initialWeights, scoreOf, trainAgnostic, trainedWeights } from './agnostic-fit.ts';
import { type AgnosticRecipe, agnosticModel, best, published } from './agnostic-recipes.ts';
import { reportAgnostic, type SharedValuePoint, summarizeAgnostic } from './agnostic-report.ts';
import { checkImageCounts, type ImageSets, imageSettings, loadImageSets } from './image-sets.ts';

const share = z.number().positive().max(1);
const settings = z.object({
  ...imageSettings,
  publishedSeeds: z
    .int()
    .min(1)
    .default(20)
    .describe('Networks trained at the published settings, for each of F1 and F2'),
  seeds: z.int().min(1).default(10).describe('Networks trained at our best settings, for each of F1 and F2'),
  f1Keep: share.default(best.F1.keep[0]!).describe('F1, best settings: share of weights that are not 0'),
  f1Value: z.number().positive().default(best.F1.value).describe('F1, best settings: what they are'),
  f1Period: z.int().min(1).default(best.F1.period).describe('F1, best settings: steps between synchronizations'),
  f1LearningRate: z.number().positive().default(best.F1.learningRate).describe('F1, best settings: of Adam, at first'),
  f1Epochs: z.int().min(1).default(best.F1.epochs).describe('F1, best settings: epochs'),
  f2Keep: z
    .array(share)
    .length(3)
    .default([...best.F2.keep])
    .describe('F2, best settings: share of weights that are not 0, layer by layer'),
  f2Value: z.number().positive().default(best.F2.value).describe('F2, best settings: what they are'),
  f2Period: z.int().min(1).default(best.F2.period).describe('F2, best settings: steps between synchronizations'),
  f2LearningRate: z.number().positive().default(best.F2.learningRate).describe('F2, best settings: of Adam, at first'),
  f2Epochs: z.int().min(1).default(best.F2.epochs).describe('F2, best settings: epochs'),
  factors: z
    .array(z.number())
    .min(1)
    .default([-1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8])
    .describe('What the shared value of trained networks is multiplied by'),
});

type Settings = z.output<typeof settings>;

interface Tools {
  readonly context: RunContext<Settings>;
  readonly runtime: Runtime;
  readonly sets: () => Promise<ImageSets>;
  readonly random: Random;
}

export const agnostic = defineExperiment({
  name: 'laperm/agnostic',
  title: 'Networks whose weights are all 0 or one value',
  paper: 'arXiv 2003.02570, Section 5.5',
  description:
    'Trains networks F1 (784-10) and F2 (784-128-64-10) on handwritten digits by permuting weights that are 0 or one shared value, ' +
    'from many seeds: at the published settings, and at settings that we chose by validation images alone. ' +
    'The weights of the epoch that is best in validation count. Then the shared value of the trained networks is changed: ' +
    'without biases, ReLU networks decide by which weights there are, not by what they are, so long as the value is positive.',
  settings,
  presets: {
    smoke: {
      trainImages: 2000,
      testImages: 1000,
      validationImages: 500,
      publishedSeeds: 2,
      seeds: 2,
      f1Epochs: 4,
      f2Epochs: 3,
      f2Period: 10,
      f2LearningRate: 0.02,
    },
    short: { publishedSeeds: 5 },
    full: {},
  },
  metrics: {
    validation: {
      description: 'Accuracy on the validation images',
      unit: '%',
      x: 'epoch',
      by: ['network', 'settings', 'trial'],
    },
    chosen: { description: 'Epoch that was best in validation', x: 'trial', by: ['network', 'settings'] },
    test: {
      description: 'Accuracy on the test images of the chosen epoch',
      unit: '%',
      x: 'trial',
      by: ['network', 'settings'],
    },
    bits: {
      description: 'Bits that a weight of the trained network takes, stored as a permutation',
      x: 'trial',
      by: ['network', 'settings'],
    },
    seconds: { description: 'Time of training', unit: 's', x: 'trial', by: ['network', 'settings'] },
    loss: {
      description: 'Cross-entropy on the test images, with the shared value multiplied by the factor',
      unit: 'nats',
      x: 'factor',
      by: ['network', 'settings'],
    },
    accuracy: {
      description: 'Accuracy on the test images, with the shared value multiplied by the factor',
      unit: '%',
      x: 'factor',
      by: ['network', 'settings'],
    },
  },
  summary: {
    f1Mean: 'Mean test accuracy in percent of F1 at our best settings, over seeds',
    f1Deviation: 'Its standard deviation, in percentage points',
    f1Best: 'The largest of them',
    f1Chosen: 'The test accuracy of the network that is best in validation',
    f2Mean: 'Mean test accuracy in percent of F2 at our best settings, over seeds',
    f2Deviation: 'Its standard deviation, in percentage points',
    f2Best: 'The largest of them',
    f2Chosen: 'The test accuracy of the network that is best in validation',
    f1PublishedMean: 'Mean test accuracy in percent of F1 at the published settings, over seeds',
    f1PublishedDeviation: 'Its standard deviation, in percentage points',
    f1PublishedBest: 'The largest of them',
    f2PublishedMean: 'Mean test accuracy in percent of F2 at the published settings, over seeds',
    f2PublishedDeviation: 'Its standard deviation, in percentage points',
    f2PublishedBest: 'The largest of them',
    f1Values: 'Number of different weights that the trained networks F1 have at most',
    f2Values: 'Number of different weights that the trained networks F2 have at most',
    bitsPerWeight: 'Size of the permutation checkpoint of F2 at our best settings, in bits a weight; float32 takes 32',
    multisetUnchanged: 'Whether every weight vector of every network has the values that it started with, bit for bit',
    valueSpread: 'Largest difference of mean test accuracy between positive shared values, in percentage points',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const random = createRandom(context.seed);
    checkImageCounts(context.settings);
    const sets = once(() => loadImageSets({ images: 'MNIST' }, context.settings, random.split('validation')));
    const tools = { context, runtime: nodeRuntime(), sets, random };
    const { publishedSeeds, seeds } = context.settings;
    const recipes = recipesOf(context.settings);
    const networks = recipes.flatMap((recipe) =>
      Array.from({ length: recipe.settings === 'published' ? publishedSeeds : seeds }, (_, trial) => ({
        recipe,
        trial,
      })),
    );
    const total = networks.length + recipes.length;
    const trials = await context.units(
      networks,
      ({ recipe, trial }) => nameOf(recipe, trial),
      ({ recipe, trial }) => train(recipe, trial, tools),
      { label: 'networks', total },
    );
    const sweep = await context.units(
      recipes,
      ({ network, settings: which }) => `${network}, ${which} settings, other shared values`,
      (recipe) => sweepValues(recipe, trials, tools),
      { label: 'networks', done: networks.length, total },
    );
    const results = { trials, sweep: sweep.flat() };
    await reportAgnostic(context, results, exampleOf(recipes, trials, random));
    return summarizeAgnostic(results);
  },
});

/** Both networks at the published settings, then at ours. */
function recipesOf(s: Settings): AgnosticRecipe[] {
  return [
    published.F1,
    published.F2,
    {
      ...best.F1,
      keep: [s.f1Keep],
      value: s.f1Value,
      period: s.f1Period,
      learningRate: s.f1LearningRate,
      epochs: s.f1Epochs,
    },
    {
      ...best.F2,
      keep: s.f2Keep,
      value: s.f2Value,
      period: s.f2Period,
      learningRate: s.f2LearningRate,
      epochs: s.f2Epochs,
    },
  ];
}

const nameOf = ({ network, settings: which }: AgnosticRecipe, trial: number) =>
  `${network}, ${which} settings, network ${trial + 1}`;

const streamOf = ({ network, settings: which }: AgnosticRecipe, trial: number, random: Random): Random =>
  random.split(`${network}, ${which}`).split(trial);

async function train(recipe: AgnosticRecipe, trial: number, tools: Tools): Promise<AgnosticTrial> {
  const { context, runtime, sets, random } = tools;
  const { network, settings: which } = recipe;
  const { signal, checkpoints } = context;
  const fitted = await trainAgnostic(recipe, await sets(), {
    runtime,
    random: streamOf(recipe, trial, random),
    signal,
    checkpoints,
    onEpoch(epoch, validation) {
      context.log({ network, settings: which, trial, epoch, validation });
      context.progress({ done: epoch, total: recipe.epochs });
    },
  });
  const { validation, test, epoch, bits, seconds } = fitted;
  context.log({ network, settings: which, trial, chosen: epoch, validation, test, bits, seconds });
  return { ...fitted, trial };
}

/** Mean scores on the test images of all networks of a recipe, with the shared value multiplied by each factor. */
async function sweepValues(
  recipe: AgnosticRecipe,
  trials: readonly AgnosticTrial[],
  tools: Tools,
): Promise<SharedValuePoint[]> {
  const { context, runtime, sets, random } = tools;
  const { network, settings: which, value } = recipe;
  const { test } = await sets();
  const networks = trialsOf(recipe, trials).map(({ trial, permutations }) =>
    trainedWeights(recipe, permutations, streamOf(recipe, trial, random)),
  );
  const points: SharedValuePoint[] = [];
  const { factors } = context.settings;
  for (const factor of factors) {
    context.signal.throwIfAborted();
    let [loss, accuracy] = [0, 0];
    for (const weights of networks) {
      const scaled = weights.map((weight) => factor * weight);
      const score = await scoreOf(recipe, scaled, test, runtime);
      loss += score.loss / networks.length;
      accuracy += score.accuracy / networks.length;
    }
    points.push({ network, settings: which, factor, value: factor * value, loss, accuracy });
    context.log({ network, settings: which, factor, loss, accuracy });
    context.progress({ done: points.length, total: factors.length });
  }
  return points;
}

const trialsOf = ({ network, settings: which }: AgnosticRecipe, trials: readonly AgnosticTrial[]) =>
  trials.filter((trial) => trial.network === network && trial.settings === which);

/** The first F2 at our best settings, before and after training. */
function exampleOf(recipes: readonly AgnosticRecipe[], trials: readonly AgnosticTrial[], random: Random) {
  const recipe = recipes.find(({ network, settings: which }) => network === 'F2' && which === 'best')!;
  const { trial, permutations } = trialsOf(recipe, trials)[0]!;
  const stream = streamOf(recipe, trial, random);
  return {
    model: agnosticModel(recipe.network),
    initial: initialWeights(recipe, stream),
    params: trainedWeights(recipe, permutations, stream),
  };
}
