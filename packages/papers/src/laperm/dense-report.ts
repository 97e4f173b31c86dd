import { hundredths, palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { DenseFit } from './dense-fit.ts';
import type { DenseName } from './dense-networks.ts';
import type { Permuted } from './permuted.ts';
import { movementFigure, profileFigure, type TrainedExample } from './weight-figures.ts';

export interface LapermFit extends DenseFit {
  /** Steps from one synchronization to the next. */
  readonly period: number;
}

/** By Adam alone. */
export interface AdamFit extends DenseFit {
  /** At first. */
  readonly learningRate: number;
}

export interface DenseResults {
  readonly name: DenseName;
  /** None where it was not asked for. */
  readonly byAdam: readonly AdamFit[];
  readonly byLaperm: readonly LapermFit[];
  /** Of each fit by LaPerm. */
  readonly permutations: readonly Permuted[];
}

/** Index of the fit that is best in validation, the first of several. */
const chosenOf = (fits: readonly DenseFit[]): number =>
  fits.reduce((best, fit, i) => (fit.validation > fits[best]!.validation ? i : best), 0);

const chosenByAdam = (fits: readonly AdamFit[]): AdamFit | undefined => fits[chosenOf(fits)];

/** The numbers that the experiment's `summary` explains. */
export function summarizeDense({ byAdam, byLaperm, permutations }: DenseResults): Summary {
  const at = chosenOf(byLaperm);
  const [chosen, permuted] = [byLaperm[at]!, permutations[at]!];
  const adam = chosenByAdam(byAdam);
  const adamTest = adam?.test ?? Number.NaN;
  return {
    lapermTest: hundredths(chosen.test),
    adamTest: hundredths(adamTest),
    adamLearningRate: adam?.learningRate ?? Number.NaN,
    gap: hundredths(adamTest - chosen.test),
    period: chosen.period,
    epoch: hundredths(chosen.epoch),
    multisetUnchanged: permutations.every(({ unchanged }) => unchanged),
    bitsPerWeight: hundredths(permuted.bits),
    movedPercent: hundredths(permuted.moved),
    lapermSeconds: hundredths(chosen.seconds),
    adamSeconds: hundredths(adam?.seconds ?? Number.NaN),
  };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** The results as a table and figures; the weights shown are those of the fit that validation chose. */
export async function reportDense(
  context: Report,
  results: DenseResults,
  start: Omit<TrainedExample, 'params'>,
): Promise<void> {
  const { name, byAdam, byLaperm, permutations } = results;
  const row = (method: string, fit: DenseFit, permuted?: Permuted) => [
    method,
    hundredths(fit.epoch),
    fit.validation.toFixed(2),
    fit.test.toFixed(2),
    permuted ? permuted.bits.toFixed(2) : '32',
    permuted ? permuted.moved.toFixed(0) : '',
    fit.seconds.toFixed(0),
  ];
  context.table('accuracy', {
    title: `${name} trained by LaPerm and by Adam`,
    caption:
      'Accuracies in percent, of the epoch that is best in validation. Bits a weight: of the permutation checkpoint, and of float32 for Adam.',
    columns: ['method', 'epoch', 'validation', 'test', 'bits a weight', 'weights moved in percent', 'seconds'],
    rows: [
      ...byAdam.map((fit) => row(`Adam, rate ${fit.learningRate}`, fit)),
      ...byLaperm.map((fit, i) => row(`LaPerm, k = ${fit.period}`, fit, permutations[i])),
    ],
  });
  await curvesFigure(context, results);
  if (byLaperm.length > 1) await periodFigure(context, results);
  const at = chosenOf(byLaperm);
  if (!permutations[at]!.unchanged) return;
  const example = { ...start, params: byLaperm[at]!.params };
  await profileFigure(context, example);
  await movementFigure(context, example);
}

function curvesFigure(context: Report, { name, byAdam, byLaperm }: DenseResults): Promise<void> {
  const chosen = byLaperm[chosenOf(byLaperm)]!;
  const adam = chosenByAdam(byAdam);
  const curves = [
    ...(adam ? [{ method: 'Adam', fit: adam }] : []),
    { method: `LaPerm, k = ${chosen.period}`, fit: chosen },
  ];
  const points = curves.flatMap(({ method, fit }) => fit.curve.map((point) => ({ ...point, method })));
  const shared = { x: 'epoch', stroke: 'method', z: 'method' } as const;
  return context.figure('curves', {
    title: `Accuracy of ${name} during training`,
    caption:
      'Solid: on validation images at the end of the epoch, with permuted weights. Dashed: on the images trained on, the mean over the ' +
      'epoch; between synchronizations weights of LaPerm are free.',
    plot: (Plot) => ({
      x: { label: 'epoch', tickFormat: 'd' },
      y: { label: 'accuracy in percent', zero: false, nice: true, grid: true },
      color: { label: 'method', domain: curves.map(({ method }) => method), range: palette.slice(0, curves.length) },
      marks: [
        Plot.line(points, { ...shared, y: 'training', strokeDasharray: '5,4' }),
        Plot.line(points, { ...shared, y: 'validation', marker: 'dot' }),
      ],
    }),
  });
}

function periodFigure(context: Report, { byAdam, byLaperm }: DenseResults): Promise<void> {
  const points = byLaperm.flatMap(({ period, validation, test }) => [
    { period, accuracy: validation, images: 'validation' },
    { period, accuracy: test, images: 'test' },
  ]);
  const adam = chosenByAdam(byAdam);
  const level = adam ? [{ accuracy: adam.test }] : [];
  return context.figure('periods', {
    title: 'Accuracy against the synchronization period',
    caption:
      'Each at the epoch that is best in validation. The dashed line is the test accuracy of Adam at the learning rate that validation chose.',
    plot: (Plot) => ({
      x: {
        type: 'log',
        label: 'steps between synchronizations k',
        ticks: byLaperm.map((f) => f.period),
        tickFormat: String,
      },
      y: { label: 'accuracy in percent', zero: false, nice: true, grid: true },
      color: { label: 'images', domain: ['validation', 'test'], range: palette.slice(0, 2) },
      marks: [
        Plot.ruleY(level, { y: 'accuracy', strokeDasharray: '5,4', strokeOpacity: 0.7 }),
        Plot.line(points, { x: 'period', y: 'accuracy', stroke: 'images', z: 'images' }),
        Plot.dot(points, { x: 'period', y: 'accuracy', fill: 'images', r: 4 }),
      ],
    }),
  });
}
