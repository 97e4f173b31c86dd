import { type SetPointSettings, type StepResponse, stepResponse, type Trace, trackingOf } from '@unbraid/dynamic-vae';
import { defineExperiment, type RunContext, type Summary } from '@unbraid/experiment';
import { z } from 'zod';
import { betaFigure, klFigure } from './control-figures.ts';
import { curvePoints } from './curves.ts';
import { titles } from './objectives.ts';
import { rounded } from './rounded.ts';
import { controllerSettings, controlObjective, dynamicObjective, trainingSettings } from './settings.ts';
import { fitEach, type SpriteFit, spriteMetrics } from './sprite-fit.ts';

const settings = z.object({
  ...trainingSettings,
  steps: z.int().min(1).default(100_000).describe('Training steps of each controller'),
  setPointStart: z.number().min(0).default(1).describe('First set point of the KL divergence in nats'),
  setPointEnd: z.number().positive().default(3).describe('The set point that it steps to, in nats'),
  stepAt: z.int().min(1).default(30_000).describe('Training steps until the set point steps'),
  ramp: z.int().min(1).default(20_000).describe('Training steps that the set point’s step takes'),
  tolerance: z.number().positive().default(0.5).describe('How near to the set point is settled, in nats'),
  ...controllerSettings,
});

const NAMES = ['control', 'dynamic'] as const;

interface ControllerFit extends SpriteFit {
  readonly name: (typeof NAMES)[number];
}

export const controllers = defineExperiment({
  name: 'dynamic-vae/controllers',
  title: 'Two controllers on one step of the set point',
  paper: 'arXiv 2009.06795, Section 4',
  description:
    'The set point of the KL divergence begins at one value and steps to another. ControlVAE’s positional controller begins with a ' +
    'small β, so the KL divergence of the first steps shoots up before the errors have summed; DynamicVAE’s incremental controller ' +
    'begins with a large β and lowers it as far as is needed. Both are to follow the same set point.',
  settings,
  presets: {
    smoke: {
      size: 32,
      steps: 120,
      stepAt: 40,
      ramp: 20,
      batchSize: 32,
      learningRate: 1e-3,
      evaluationImages: 200,
      dynamicKi: -0.02,
      initialBeta: 12,
      window: 20,
      smoothing: 20,
      controlKi: 0.01,
    },
    short: {
      size: 32,
      steps: 5000,
      stepAt: 1500,
      ramp: 1000,
      batchSize: 32,
      learningRate: 1e-3,
      evaluationImages: 2000,
      dynamicKi: -0.008,
      initialBeta: 36,
      minBeta: 0.025,
      window: 20,
      smoothing: 50,
      controlKi: 0.0016,
    },
    full: {},
  },
  metrics: spriteMetrics,
  summary: {
    dynamicOvershoot:
      'How far the moving average of DynamicVAE’s KL divergence exceeded the set point at most, in nats, from when it first came within the tolerance to the end',
    controlOvershoot: 'The same of ControlVAE',
    dynamicSettling:
      'Steps from the set point’s step until DynamicVAE’s KL divergence stayed within the tolerance to the end; −1 if it never did',
    controlSettling: 'The same of ControlVAE',
    dynamicReached: 'Whether DynamicVAE’s KL divergence reached the set point',
    controlReached: 'The same of ControlVAE',
  },
  async run(context) {
    const { settings: s } = context;
    const schedule = scheduleOf(s);
    const objectives = { control: controlObjective(s, schedule), dynamic: dynamicObjective(s, schedule) };
    const plans = NAMES.map((name) => ({ key: name, title: titles[name], objective: objectives[name] }));
    const { fits } = await fitEach(context, plans);
    const named = fits.map((fit, i): ControllerFit => ({ ...fit, name: NAMES[i]! }));
    await report(context, named, s);
    return summarize(named, s);
  },
});

type Settings = z.output<typeof settings>;

/** One step of the annealing schedule. */
const scheduleOf = ({ setPointStart, setPointEnd, stepAt, ramp }: Settings): SetPointSettings => ({
  start: setPointStart,
  step: setPointEnd - setPointStart,
  window: stepAt,
  ramp,
  max: setPointEnd,
});

/** Overshoot over the whole run, settling counted from the step of the set point. */
function responseOf(trace: Trace, { smoothing: window, tolerance, stepAt }: Settings): StepResponse {
  const { overshoot } = stepResponse(trace, { window, tolerance });
  const from = Math.min(stepAt, trace.step.length - 1);
  return { overshoot, settling: stepResponse(trace, { window, tolerance, from }).settling };
}

function summarize(fits: readonly ControllerFit[], s: Settings): Summary {
  return Object.fromEntries(
    fits.flatMap(({ name, trace }) => {
      const { overshoot, settling } = responseOf(trace, s);
      return [
        [`${name}Overshoot`, rounded(overshoot, 3)],
        [`${name}Settling`, settling ?? -1],
        [`${name}Reached`, trackingOf(trace, s.smoothing)!.reached],
      ];
    }),
  );
}

async function report(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  fits: readonly ControllerFit[],
  s: Settings,
): Promise<void> {
  const { smoothing: window, tolerance, setPointStart, setPointEnd, stepAt } = s;
  context.table('controllers', {
    title: 'Response to one step of the set point',
    caption:
      `The set point steps from ${setPointStart} to ${setPointEnd} nats at step ${stepAt}. Overshoot in nats; settling in steps from there ` +
      `until the moving average of ${window} steps stayed within ${tolerance}.`,
    columns: ['controller', 'overshoot', 'settling', 'KL at the end', 'β at the end'],
    rows: fits.map(({ name, trace, beta, kl }) => {
      const { overshoot, settling } = responseOf(trace, s);
      return [titles[name], overshoot.toFixed(2), settling ?? 'never', kl.toFixed(2), beta.toPrecision(3)];
    }),
  });
  const points = fits.flatMap(({ name, trace }) => curvePoints(titles[name], trace, window));
  await klFigure(context, points, window);
  await betaFigure(context, points);
}
