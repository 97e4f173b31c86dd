import type { Matrix } from '@unbraid/data';
import { trackingOf } from '@unbraid/dynamic-vae';
import { mean, palette, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { betaFigure, klFigure } from './control-figures.ts';
import { curvePoints } from './curves.ts';
import { imageAt, reconstructionFigure, traversalFigure } from './image-figures.ts';
import { type ComparedName, comparedNames, titles } from './objectives.ts';
import { intervalText, spreadText } from './over-seeds.ts';
import type { TrainingSettings } from './settings.ts';
import { type SpriteFit, spriteVae } from './sprite-fit.ts';

/** A model of one objective. */
export interface DecoupleFit extends SpriteFit {
  readonly name: ComparedName;
  /** Which of the seeds, from 0. */
  readonly trial: number;
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export interface DecoupleFacts {
  readonly settings: TrainingSettings;
  readonly images: Matrix;
  readonly runtime: Runtime;
}

/** The results as tables and figures; curves and images are those of the first seed. */
export async function reportDecouple(
  context: Report,
  fits: readonly DecoupleFit[],
  udrs: ReadonlyMap<ComparedName, readonly number[]>,
  { settings, images, runtime }: DecoupleFacts,
): Promise<void> {
  const { smoothing: window } = settings;
  const groups = comparedNames
    .map((name) => ({ name, fits: fits.filter((fit) => fit.name === name) }))
    .filter((group) => group.fits.length > 0);
  objectivesTable(context, groups, captionOf(fits, window));
  metricsTable(context, groups, udrs);
  const first = fits.filter(({ trial }) => trial === 0);
  const points = first.flatMap(({ name, trace }) => curvePoints(titles[name], trace, window));
  await betaFigure(context, points);
  await klFigure(context, points, window);
  await tradeFigure(context, fits);
  const models = first.map(({ name, params, klOfLatents }) => ({
    title: titles[name],
    trained: { vae: spriteVae(settings), params },
    klOfLatents,
  }));
  const shown = models.find(({ title }) => title === titles.dynamic) ?? models[0]!;
  await traversalFigure(context, shown, imageAt(images, 0), runtime);
  await reconstructionFigure(context, models, images, runtime);
}

/** The fits of one objective. */
interface Group {
  readonly name: ComparedName;
  readonly fits: readonly DecoupleFit[];
}

function objectivesTable(context: Report, groups: readonly Group[], caption: string): void {
  context.table('objectives', {
    title: 'Objectives after the same number of steps',
    caption,
    columns: ['objective', 'final β', 'KL', 'reconstruction', 'MIG', ...FACTORS, 'seconds'],
    rows: groups.map(({ name, fits }) => [
      titles[name],
      mean(fits.map(({ beta }) => beta)).toPrecision(3),
      spreadText(
        fits.map(({ kl }) => kl),
        2,
      ),
      spreadText(
        fits.map(({ reconstruction }) => reconstruction),
        2,
      ),
      spreadText(
        fits.map(({ mig }) => mig),
        3,
      ),
      ...FACTORS.map((_, k) => mean(fits.map(({ rmig }) => rmig[k]!)).toFixed(2)),
      mean(fits.map(({ seconds }) => seconds)).toFixed(0),
    ]),
  });
}

const FACTORS = ['shape', 'scale', 'orientation', 'x', 'y'].map((factor) => `RMIG ${factor}`);

/** Columns of the table of metrics: title and score. */
const SCORES = {
  MIG: 'mig',
  'DCI D': 'dciDisentanglement',
  'DCI C': 'dciCompleteness',
  'DCI I': 'dciInformativeness',
  'DCI E': 'dciExplicitness',
  SAP: 'sap',
  modularity: 'modularity',
  'FactorVAE’s': 'factorVae',
  'β-VAE’s': 'betaVae',
  InfoM: 'infoM',
  InfoE: 'infoE',
  InfoC: 'infoC',
} as const;

function metricsTable(
  context: Report,
  groups: readonly Group[],
  udrs: ReadonlyMap<ComparedName, readonly number[]>,
): void {
  const { scores: measured } = groups[0]!.fits[0]!;
  const columns = Object.entries(SCORES).filter(([, score]) => measured[score] !== undefined);
  context.table('metrics', {
    title: 'Metrics of disentanglement',
    caption:
      'Means over seeds, with 95% intervals of the mean by Student’s t distribution. Scale, x and y count as ordered. UDR compares the seeds of one objective and knows no factors.',
    columns: ['objective', ...columns.map(([title]) => title), 'UDR'],
    rows: groups.map(({ name, fits }) => [
      titles[name],
      ...columns.map(([, score]) =>
        intervalText(
          fits.map(({ scores }) => scores[score]!),
          3,
        ),
      ),
      udrs.get(name)!.length > 0 ? mean(udrs.get(name)!).toFixed(3) : '',
    ]),
  });
}

/** What the columns are, and a warning for each set point that was not reached. */
function captionOf(fits: readonly DecoupleFit[], window: number): string {
  const seeds = new Set(fits.map(({ trial }) => trial)).size;
  const warnings = fits.flatMap(({ name, trial, trace }) => {
    const warning = trackingOf(trace, window)?.warning;
    return warning === undefined ? [] : [`${titles[name]}${seeds > 1 ? `, seed ${trial + 1}` : ''}: ${warning}.`];
  });
  return [
    'KL and reconstruction in nats, on images drawn at random; RMIG is the gap of each factor, MIG their mean.',
    ...(seeds > 1 ? [`Means over ${seeds} seeds, ± the standard deviation.`] : []),
    ...warnings,
  ].join(' ');
}

function tradeFigure(context: Report, fits: readonly DecoupleFit[]): Promise<void> {
  const points = fits.map(({ name, reconstruction, mig }) => ({ objective: titles[name], reconstruction, mig }));
  const objectives = [...new Set(points.map(({ objective }) => objective))];
  const centres = objectives.map((objective) => {
    const own = points.filter((point) => point.objective === objective);
    return {
      objective,
      reconstruction: mean(own.map(({ reconstruction }) => reconstruction)),
      mig: mean(own.map(({ mig }) => mig)),
    };
  });
  return context.figure('trade', {
    title: 'Reconstruction against disentanglement',
    caption:
      'Best is top left: a small reconstruction loss, and latents that each tell one factor. A dot for each seed, the name at their mean.',
    plot: (Plot) => ({
      marginRight: 110,
      x: { label: 'reconstruction loss in nats', nice: true, grid: true },
      y: { label: 'MIG', nice: true, grid: true },
      color: { domain: objectives, range: palette.slice(0, objectives.length) },
      marks: [
        Plot.dot(points, { x: 'reconstruction', y: 'mig', fill: 'objective', r: 4 }),
        Plot.text(centres, { x: 'reconstruction', y: 'mig', text: 'objective', textAnchor: 'start', dx: 9 }),
      ],
    }),
  });
}
