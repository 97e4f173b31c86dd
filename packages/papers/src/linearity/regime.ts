import { createMatrix, type Matrix } from '@unbraid/data';
import { defineExperiment, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { ntkNetwork, regime as regimeOf, regimeThresholds } from '@unbraid/linearity';
import { initialize } from '@unbraid/nn';
import { z } from 'zod';
import { checkWidth, networkSettings, TRAINING_VECTORS, widthsSetting } from './families.ts';
import { pointsOnSphere } from './points.ts';
import { type Axis, type RegimeCase, type RegimeTrial, reportRegime, summarizeRegime } from './regime-report.ts';

const settings = z.object({
  widths: widthsSetting([30, 100, 300, 1000]),
  scales: z
    .array(z.number().gt(0))
    .min(2)
    .default([0.1, 0.3, 1, 3, 10])
    .describe('α: factors of the output, less its first value'),
  shares: z
    .array(z.number().gt(0))
    .min(1)
    .default([0.1, 0.5, 1.2, 1.8, 3])
    .describe('Steps in units of the largest that the kernel at the start allows, at α = 1'),
  share: z.number().gt(0).default(0.5).describe('The step where α is varied, in the same units'),
  trials: z.int().min(1).default(5).describe('Networks, each with its own inputs and targets, in every cell'),
  samples: z.int().min(2).default(20).describe('n, inputs'),
  dimension: networkSettings.dimension,
  depth: networkSettings.depth,
  activation: networkSettings.activation,
  amplitude: z
    .number()
    .gt(0)
    .default(0.8)
    .describe('Targets are this where the first two numbers of an input have one sign, else its negative'),
  loss: z.number().gt(0).default(0.01).describe('Mean squared error at which training ends'),
  maxSteps: z.int().min(1).default(3000).describe('Most steps of gradient descent'),
  lazyUpTo: z
    .number()
    .gt(0)
    .default(regimeThresholds.lazyUpTo)
    .describe('Largest kernel change and distance of a lazy network'),
  featuresFrom: z
    .number()
    .gt(0)
    .default(regimeThresholds.featuresFrom)
    .describe('Kernel change or distance from which on it is feature learning'),
});

type Settings = z.output<typeof settings>;

const by = ['axis', 'width', 'value'];

export const regime = defineExperiment({
  name: 'linearity/regime',
  title: 'Where between lazy and feature learning a network and a step lie',
  paper: 'arXiv 2010.01092',
  description:
    'Trains networks of several widths by gradient descent, once with outputs scaled by α and once with steps of several sizes, and measures how far the tangent kernel moved and towards the ' +
    'targets, how far the weights went, how far the outputs are from the tangent model’s, and the step times the sharpness of the loss. Training is lazy for wide networks and large α ' +
    '(Chizat, Oyallon and Bach 2019) and learns features for small α, whatever the width; steps above the largest that the first kernel allows make the network leave it, or diverge.',
  settings,
  presets: {
    smoke: { widths: [20, 80], scales: [0.3, 3], shares: [0.5, 1.5], trials: 1, samples: 8, maxSteps: 400, loss: 0.05 },
    short: { widths: [30, 100, 300], scales: [0.1, 1, 10], shares: [0.5, 1.8] },
    full: { widths: [30, 100, 300, 1000, 3000], scales: [0.03, 0.1, 0.3, 1, 3, 10, 30], trials: 10, maxSteps: 20_000 },
  },
  metrics: {
    kernelChange: { description: 'Relative change of the tangent kernel by training', x: 'trial', by },
    distance: { description: 'Distance from the tangent model at the trained weights, relative', x: 'trial', by },
    trainedApart: { description: 'Distance from the tangent model trained as long, relative', x: 'trial', by },
    movement: { description: 'Distance of the weights from the first ones, relative', x: 'trial', by },
    alignmentBefore: { description: 'Cosine between kernel and targets at the start', x: 'trial', by },
    alignmentAfter: { description: 'the same after training', x: 'trial', by },
    sharpnessBefore: { description: 'Step times sharpness of the loss at the start', x: 'trial', by },
    sharpnessAfter: { description: 'the same after training', x: 'trial', by },
    loss: { description: 'Training loss at the end', x: 'trial', by },
    steps: { description: 'Steps of gradient descent', x: 'trial', by },
  },
  summary: {
    scaleSlope: 'Exponent p of the kernel’s change ~ α^p at the largest width, over all α; −1 is what small changes do',
    widthSlope: 'Exponent of the change ~ m^p at the α nearest to 1',
    lazy: 'Share of all trainings that were lazy',
    featureLearning: 'Share of them that learnt features',
    diverged: 'Share of them that diverged',
    untrained: 'Share of them whose loss fell by less than half',
    changeSmallestScale: 'Kernel change at the smallest α, the least over widths and trials',
    changeLargestScale: 'Kernel change at the largest α, the most over widths and trials',
    alignmentGainSmallestScale:
      'What the kernel’s cosine with the targets gains at the smallest α, the least over widths and trials',
    alignmentGainLargestScale: 'the same at the largest α, the most',
    sharpnessLargeSteps:
      'Step times sharpness after training with steps of share 1 or more, the most over those that did not diverge; above 2 gradient descent cannot settle',
    largeStepsSettled: 'Share of trainings with such steps that did not diverge',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const runtime = nodeRuntime();
    const { settings: s } = context;
    for (const width of s.widths) checkWidth(modelOf(s, width), width, TRAINING_VECTORS);
    const cases = casesOf(s);
    const trials = await context.units(
      cases,
      (at) => `${at.axis} ${at.value}, m = ${at.width}, trial ${at.trial}`,
      (at) => train(context, at, runtime),
      { label: 'trainings' },
    );
    await reportRegime(context, trials);
    return summarizeRegime(trials);
  },
});

function casesOf({ widths, scales, shares, trials }: Settings): RegimeCase[] {
  const axes: readonly (readonly [Axis, readonly number[]])[] = [
    ['scale', scales],
    ['share', shares],
  ];
  return axes.flatMap(([axis, values]) =>
    values.flatMap((value) =>
      widths.flatMap((width) => Array.from({ length: trials }, (_, trial) => ({ axis, value, width, trial }))),
    ),
  );
}

const modelOf = ({ dimension, depth, activation }: Settings, width: number) =>
  ntkNetwork({ inputs: dimension, width, depth, activation });

async function train(
  { settings: s, seed, signal, log }: RunContext<Settings>,
  at: RegimeCase,
  runtime: Runtime,
): Promise<RegimeTrial> {
  const random = createRandom(seed).split('trial').split(at.trial);
  const x = pointsOnSphere(s.samples, s.dimension, random.split('inputs'));
  const model = modelOf(s, at.width);
  const params = initialize(model, random.split(`m = ${at.width}`));
  const found = await regimeOf(
    { model, params, x, y: pairedTargets(x, s.amplitude) },
    {
      scale: at.axis === 'scale' ? at.value : 1,
      share: at.axis === 'share' ? at.value : s.share,
      targetLoss: s.loss,
      maxSteps: s.maxSteps,
      lazyUpTo: s.lazyUpTo,
      featuresFrom: s.featuresFrom,
      seed,
      runtime,
      signal,
      // What was reached is in the report.
      onWarning: () => {},
    },
  );
  const { regime: verdict, alignment, stepSharpness, learningRate: _, firstLoss: __, reached: ___, ...numbers } = found;
  const measured = {
    ...numbers,
    alignmentBefore: alignment[0],
    alignmentAfter: alignment[1],
    sharpnessBefore: stepSharpness[0],
    sharpnessAfter: stepSharpness[1],
  };
  log({ ...at, verdict, ...measured });
  return { ...at, verdict, ...measured };
}

/** Targets that follow from two directions of the inputs, which features can be learnt for. */
const pairedTargets = (x: Matrix, amplitude: number): Matrix =>
  createMatrix(
    x.rows,
    1,
    Float32Array.from({ length: x.rows }, (_, i) => {
      const [a, b] = [x.data[i * x.cols]!, x.data[i * x.cols + Math.min(1, x.cols - 1)]!];
      return a * b > 0 ? amplitude : -amplitude;
    }),
  );
