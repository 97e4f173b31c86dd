import type { Matrix } from '@unbraid/data';
import { type ObjectiveName, smoothedKl, stepResponse, trackingOf } from '@unbraid/dynamic-vae';
import { palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { betaFigure, klFigure } from './control-figures.ts';
import { curvePoints } from './curves.ts';
import { imageAt, reconstructionFigure, traversalFigure } from './image-figures.ts';
import { rounded } from './rounded.ts';
import { type TrainingSettings, titles } from './settings.ts';
import { type SpriteFit, spriteVae } from './sprite-fit.ts';

/** A model of one objective. */
export interface DecoupleFit extends SpriteFit {
  readonly name: ObjectiveName;
}

/** The numbers that the experiment's `summary` explains. @param window of the moving average, in steps */
export function summarizeDecouple(fits: readonly DecoupleFit[], window: number): Summary {
  const numbers = fits.flatMap(({ name, beta, kl, reconstruction, mig }) => [
    [`${name}Beta`, rounded(beta, 4)],
    [`${name}Kl`, rounded(kl, 3)],
    [`${name}Reconstruction`, rounded(reconstruction, 3)],
    [`${name}Mig`, rounded(mig, 4)],
  ]);
  const find = (name: ObjectiveName) => fits.find((fit) => fit.name === name);
  const [dynamic, control, beta] = [find('dynamic'), find('control'), find('beta')];
  const overshoot = ({ trace }: DecoupleFit) => rounded(stepResponse(trace, { window }).overshoot, 3);
  const tracking = dynamic && trackingOf(dynamic.trace, window);
  return {
    ...Object.fromEntries(numbers),
    ...(dynamic &&
      tracking && {
        dynamicTrackingError: rounded(tracking.error, 3),
        dynamicMeanTrackingError: rounded(meanTrackingError(dynamic, window), 3),
        dynamicOvershoot: overshoot(dynamic),
        dynamicReached: tracking.reached,
      }),
    ...(control && { controlOvershoot: overshoot(control) }),
    ...(dynamic &&
      beta && { reconstructionGain: rounded(100 * (1 - dynamic.reconstruction / beta.reconstruction), 1) }),
  };
}

/** The mean |KL − C| of the last tenth of the steps. */
function meanTrackingError({ trace }: DecoupleFit, window: number): number {
  const errors = smoothedKl(trace, window).map((kl, i) => Math.abs(kl - trace.setPoint[i]!));
  const last = errors.subarray(errors.length - Math.ceil(errors.length / 10));
  return last.reduce((sum, one) => sum + one, 0) / last.length;
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export interface DecoupleFacts {
  readonly settings: TrainingSettings;
  readonly images: Matrix;
  readonly runtime: Runtime;
}

/** The results as a table and figures. */
export async function reportDecouple(
  context: Report,
  fits: readonly DecoupleFit[],
  { settings, images, runtime }: DecoupleFacts,
): Promise<void> {
  const { smoothing: window } = settings;
  context.table('objectives', {
    title: 'Objectives after the same number of steps',
    caption: captionOf(fits, window),
    columns: ['objective', 'final β', 'KL', 'reconstruction', 'MIG', ...FACTORS, 'seconds'],
    rows: fits.map(({ name, beta, kl, reconstruction, mig, rmig, seconds }) => [
      titles[name],
      beta.toPrecision(3),
      kl.toFixed(2),
      reconstruction.toFixed(2),
      mig.toFixed(3),
      ...rmig.map((gap) => gap.toFixed(2)),
      seconds.toFixed(0),
    ]),
  });
  const points = fits.flatMap(({ name, trace }) => curvePoints(titles[name], trace, window));
  await betaFigure(context, points);
  await klFigure(context, points, window);
  await tradeFigure(context, fits);
  const models = fits.map(({ name, params, klOfLatents }) => ({
    title: titles[name],
    trained: { vae: spriteVae(settings), params },
    klOfLatents,
  }));
  const shown = models.find(({ title }) => title === titles.dynamic) ?? models[0]!;
  await traversalFigure(context, shown, imageAt(images, 0), runtime);
  await reconstructionFigure(context, models, images, runtime);
}

const FACTORS = ['shape', 'scale', 'orientation', 'x', 'y'].map((factor) => `RMIG ${factor}`);

/** What the columns are, and a warning for each set point that was not reached. */
function captionOf(fits: readonly DecoupleFit[], window: number): string {
  const warnings = fits.flatMap(({ name, trace }) => {
    const warning = trackingOf(trace, window)?.warning;
    return warning === undefined ? [] : [`${titles[name]}: ${warning}.`];
  });
  return [
    'KL and reconstruction in nats, on images drawn at random; RMIG is the gap of each factor, MIG their mean.',
    ...warnings,
  ].join(' ');
}

function tradeFigure(context: Report, fits: readonly DecoupleFit[]): Promise<void> {
  const points = fits.map(({ name, reconstruction, mig }) => ({ objective: titles[name], reconstruction, mig }));
  return context.figure('trade', {
    title: 'Reconstruction against disentanglement',
    caption: 'Best is top left: a small reconstruction loss, and latents that each tell one factor.',
    plot: (Plot) => ({
      marginRight: 90,
      x: { label: 'reconstruction loss in nats', nice: true, grid: true },
      y: { label: 'MIG', nice: true, grid: true },
      color: { domain: points.map(({ objective }) => objective), range: palette.slice(0, points.length) },
      marks: [
        Plot.dot(points, { x: 'reconstruction', y: 'mig', fill: 'objective', r: 5 }),
        Plot.text(points, { x: 'reconstruction', y: 'mig', text: 'objective', textAnchor: 'start', dx: 9 }),
      ],
    }),
  });
}
