import { trackingOf } from '@unbraid/dynamic-vae';
import { defineExperiment, palette, type RunContext, type Summary } from '@unbraid/experiment';
import { z } from 'zod';
import { betaFigure, klFigure } from './control-figures.ts';
import { curvePoints } from './curves.ts';
import { rounded } from './rounded.ts';
import { controllerSettings, dynamicObjective, scheduleOf, setPointSettings, trainingSettings } from './settings.ts';
import { fitEach, type SpriteFit, spriteMetrics } from './sprite-fit.ts';

const { setPointMax: _, ...rises } = setPointSettings;
const { controlKi: __, controlMinBeta: ___, ...dynamicSettings } = controllerSettings;

const settings = z.object({
  targets: z
    .array(z.number().positive())
    .min(1)
    .default([6, 10, 14, 18, 20])
    .describe('Largest set points of the KL divergence in nats, one model each'),
  ...trainingSettings,
  steps: z.int().min(1).default(1_000_000).describe('Training steps of each'),
  ...dynamicSettings,
  ...rises,
});

type Settings = z.output<typeof settings>;

interface TargetFit extends SpriteFit {
  readonly target: number;
}

export const setpoints = defineExperiment({
  name: 'dynamic-vae/setpoints',
  title: 'How much the code may tell',
  paper: 'arXiv 2009.06795, Section 5',
  description:
    'Trains DynamicVAE with several largest set points of the KL divergence: the more nats the code may tell, the sharper the ' +
    'images. A target that the network does not reach is reported.',
  settings,
  presets: {
    smoke: {
      targets: [1, 2],
      size: 32,
      steps: 60,
      batchSize: 32,
      learningRate: 1e-3,
      evaluationImages: 300,
      dynamicKi: -0.02,
      initialBeta: 12,
      window: 20,
      smoothing: 20,
      setPointWindow: 10,
      setPointRamp: 5,
    },
    short: {
      targets: [3, 6, 9, 12],
      size: 32,
      steps: 8000,
      batchSize: 32,
      learningRate: 1e-3,
      evaluationImages: 5000,
      dynamicKi: -0.003,
      initialBeta: 28,
      minBeta: 0.025,
      window: 10,
      smoothing: 50,
      setPointWindow: 75,
      setPointRamp: 12,
    },
    full: {},
  },
  metrics: spriteMetrics,
  summary: {
    reached: 'How many of the targets were reached',
    smallestReconstruction: 'Reconstruction loss in nats at the target where it is smallest',
    largestMig: 'Mutual information gap at the target where it is largest',
    largestKlError:
      'Largest |KL − target| of the models that reached their target, of training batches at the end, in nats',
  },
  async run(context) {
    const { settings: s } = context;
    const plans = s.targets.map((target) => ({
      key: nameOf(target),
      title: nameOf(target),
      objective: dynamicObjective(controllers(s), scheduleOf({ ...s, setPointMax: target })),
    }));
    const { fits } = await fitEach(context, plans);
    const targeted = fits.map((fit, i): TargetFit => ({ ...fit, target: s.targets[i]! }));
    await report(context, targeted, s.smoothing);
    return summarize(targeted, s.smoothing);
  },
});

const nameOf = (target: number) => `C = ${target}`;

/** ControlVAE's settings play no part. */
const controllers = (s: Settings) => ({ ...s, controlKi: 0.001, controlMinBeta: 1 });

function summarize(fits: readonly TargetFit[], window: number): Summary {
  const tracked = fits.map((fit) => ({ ...fit, tracking: trackingOf(fit.trace, window)! }));
  const reached = tracked.filter(({ tracking }) => tracking.reached);
  return {
    reached: reached.length,
    smallestReconstruction: rounded(Math.min(...fits.map(({ reconstruction }) => reconstruction)), 3),
    largestMig: rounded(Math.max(...fits.map(({ mig }) => mig)), 4),
    largestKlError: rounded(Math.max(0, ...reached.map(({ tracking, target }) => Math.abs(tracking.kl - target))), 3),
  };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

async function report(context: Report, fits: readonly TargetFit[], window: number): Promise<void> {
  const warnings = fits.flatMap(({ target, trace }) => {
    const warning = trackingOf(trace, window)!.warning;
    return warning === undefined ? [] : [`Target ${target}: ${warning}.`];
  });
  context.table('targets', {
    title: 'DynamicVAE with several targets',
    caption: ['KL and reconstruction in nats, on images drawn at random.', ...warnings].join(' '),
    columns: ['target', 'reached', 'KL', 'final β', 'reconstruction', 'MIG'],
    rows: fits.map(({ target, trace, kl, beta, reconstruction, mig }) => [
      target,
      trackingOf(trace, window)!.reached ? 'yes' : 'no',
      kl.toFixed(2),
      beta.toPrecision(3),
      reconstruction.toFixed(2),
      mig.toFixed(3),
    ]),
  });
  await measureFigure(context, fits, 'reconstruction', 'reconstruction loss in nats');
  await measureFigure(context, fits, 'mig', 'MIG');
  const points = fits.flatMap(({ target, trace }) => curvePoints(nameOf(target), trace, window));
  await klFigure(context, points, window);
  await betaFigure(context, points);
}

function measureFigure(
  context: Report,
  fits: readonly TargetFit[],
  measure: 'reconstruction' | 'mig',
  label: string,
): Promise<void> {
  return context.figure(measure, {
    title: measure === 'mig' ? 'Disentanglement against the target' : 'Reconstruction against the target',
    caption: 'A dot for each model, measured on images drawn at random.',
    plot: (Plot) => ({
      x: { label: 'largest set point in nats', grid: true },
      y: { label, nice: true, zero: true, grid: true },
      marks: [
        Plot.line(fits, { x: 'target', y: measure, stroke: palette[0] }),
        Plot.dot(fits, { x: 'target', y: measure, fill: palette[0], r: 4 }),
      ],
    }),
  });
}
