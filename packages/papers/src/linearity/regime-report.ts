import { type Figure, mean, type RunContext, type Summary } from '@unbraid/experiment';
import type { TrainingRegime } from '@unbraid/linearity';
import { fitPowerLaw } from './slope.ts';

/** What is varied beside the width: α, or the step. */
export type Axis = 'scale' | 'share';

/** A training. */
export interface RegimeCase {
  readonly axis: Axis;
  /** α, or the step's share of the largest. */
  readonly value: number;
  readonly width: number;
  readonly trial: number;
}

/** What became of it. Numbers of a training that diverged are infinite. */
export interface RegimeTrial extends RegimeCase {
  readonly verdict: TrainingRegime;
  readonly kernelChange: number;
  readonly distance: number;
  readonly trainedApart: number;
  readonly movement: number;
  readonly alignmentBefore: number;
  readonly alignmentAfter: number;
  readonly sharpnessBefore: number;
  readonly sharpnessAfter: number;
  readonly loss: number;
  readonly steps: number;
}

const axisTitles: Readonly<Record<Axis, string>> = {
  scale: 'α, factor of the output',
  share: 'step, in units of N / λ_max of the first kernel',
};

type Trials = readonly RegimeTrial[];

const settled = (trials: Trials): Trials => trials.filter(({ verdict }) => verdict !== 'diverged');
const unique = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
const share = (trials: Trials, fits: (trial: RegimeTrial) => boolean): number =>
  trials.filter(fits).length / trials.length;
const gain = ({ alignmentBefore, alignmentAfter }: RegimeTrial): number => alignmentAfter - alignmentBefore;
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const least = (values: readonly number[]): number => -most(values.map((value) => -value));

/** The slope of log change, of those that settled and moved; NaN where they are too few. */
function slopeOf(trials: Trials, at: (trial: RegimeTrial) => number): number {
  const samples = settled(trials)
    .filter(({ kernelChange }) => kernelChange > 0)
    .map((trial) => ({ width: at(trial), value: trial.kernelChange }));
  return unique(samples.map(({ width }) => width)).length < 2 ? Number.NaN : fitPowerLaw(samples).slope;
}

export function summarizeRegime(trials: Trials): Summary {
  const scaled = trials.filter(({ axis }) => axis === 'scale');
  const scales = unique(scaled.map(({ value }) => value));
  const widest = most(scaled.map(({ width }) => width));
  const one = scales.reduce((best, value) => (Math.abs(Math.log(value)) < Math.abs(Math.log(best)) ? value : best));
  const [small, large] = [scales[0]!, scales.at(-1)!].map((value) =>
    settled(scaled.filter((trial) => trial.value === value)),
  );
  const bold = trials.filter(({ axis, value }) => axis === 'share' && value >= 1);
  return {
    scaleSlope: slopeOf(
      scaled.filter(({ width }) => width === widest),
      ({ value }) => value,
    ),
    widthSlope: slopeOf(
      scaled.filter(({ value }) => value === one),
      ({ width }) => width,
    ),
    lazy: share(trials, ({ verdict }) => verdict === 'lazy'),
    featureLearning: share(trials, ({ verdict }) => verdict === 'feature learning'),
    diverged: share(trials, ({ verdict }) => verdict === 'diverged'),
    untrained: share(trials, ({ verdict }) => verdict === 'untrained'),
    changeSmallestScale: least(small!.map(({ kernelChange }) => kernelChange)),
    changeLargestScale: most(large!.map(({ kernelChange }) => kernelChange)),
    alignmentGainSmallestScale: least(small!.map(gain)),
    alignmentGainLargestScale: most(large!.map(gain)),
    sharpnessLargeSteps: most(settled(bold).map(({ sharpnessAfter }) => sharpnessAfter)),
    largeStepsSettled: bold.length > 0 ? settled(bold).length / bold.length : Number.NaN,
  };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** A cell of a map. */
interface Cell {
  readonly axis: Axis;
  readonly value: number;
  readonly width: number;
  readonly trials: Trials;
}

const cellsOf = (trials: Trials, axis: Axis): Cell[] => {
  const own = trials.filter((trial) => trial.axis === axis);
  return unique(own.map(({ value }) => value)).flatMap((value) =>
    unique(own.map(({ width }) => width)).map((width) => ({
      axis,
      value,
      width,
      trials: own.filter((trial) => trial.value === value && trial.width === width),
    })),
  );
};

/** `0.12 (0.1–0.15)`; what diverged has no numbers. */
function ranged(trials: Trials, of: (trial: RegimeTrial) => number): string {
  const values = settled(trials).map(of);
  if (values.length === 0) return '';
  const short = (value: number) => Number(value.toPrecision(2)).toString();
  const [low, high] = [short(least(values)), short(most(values))];
  return low === high ? short(mean(values)) : `${short(mean(values))} (${low}–${high})`;
}

/** The verdicts of a cell, the most frequent first: `lazy 4, between 1`, or `lazy` where all agree. */
function verdictsOf(trials: Trials): string {
  const names = [...new Set(trials.map(({ verdict }) => verdict))];
  const counted = names.map((name) => ({ name, count: trials.filter(({ verdict }) => verdict === name).length }));
  if (counted.length === 1) return counted[0]!.name;
  return counted
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => `${name} ${count}`)
    .join(', ');
}

/** A table of every cell, and a map for each axis. */
export async function reportRegime(context: Report, trials: Trials): Promise<void> {
  context.table('regimes', {
    title: 'What training did to the network',
    caption:
      'Means over trials, least and most in brackets. Change: of the tangent kernel, relative. Distance: of the outputs from the tangent model at the same weights, relative. Apart: from the tangent model that was trained as ' +
      'long, 1 where that diverges. Alignment: cosine between kernel and targets. Step × sharpness: gradient descent cannot settle above 2.',
    columns: [
      'varied',
      'value',
      'width m',
      'regime',
      'change',
      'distance',
      'apart',
      '‖Δw‖ / ‖w‖',
      'alignment before',
      'after',
      'step × sharpness before',
      'after ',
    ],
    rows: (['scale', 'share'] as const).flatMap((axis) =>
      cellsOf(trials, axis).map(({ value, width, trials: own }) => [
        axis === 'scale' ? 'α' : 'step',
        value,
        width,
        verdictsOf(own),
        ranged(own, (t) => t.kernelChange),
        ranged(own, (t) => t.distance),
        ranged(own, (t) => t.trainedApart),
        ranged(own, (t) => t.movement),
        ranged(own, (t) => t.alignmentBefore),
        ranged(own, (t) => t.alignmentAfter),
        ranged(own, (t) => t.sharpnessBefore),
        ranged(own, (t) => t.sharpnessAfter),
      ]),
    ),
  });
  for (const axis of ['scale', 'share'] as const) await context.figure(`map-${axis}`, mapOf(trials, axis));
}

/** What stands in a cell beside its number. */
const marks: Readonly<Record<TrainingRegime, string>> = {
  lazy: 'lazy',
  between: 'between',
  'feature learning': 'features',
  untrained: 'untrained',
  diverged: 'diverged',
};

function mapOf(trials: Trials, axis: Axis): Figure {
  const cells = cellsOf(trials, axis).map(({ value, width, trials: own }) => {
    const changes = settled(own).map(({ kernelChange }) => kernelChange);
    const change = changes.length > 0 ? mean(changes) : undefined;
    const verdicts = own.map(({ verdict }) => verdict);
    const common = verdicts.reduce((best, name) => {
      const count = (of: TrainingRegime) => verdicts.filter((verdict) => verdict === of).length;
      return count(name) > count(best) ? name : best;
    });
    const label = `${marks[common]}${change === undefined ? '' : `\n${change.toPrecision(2)}`}`;
    return { value: String(value), width: String(width), change: Math.max(change ?? Number.NaN, 1e-6), label };
  });
  const domain = (key: 'value' | 'width') => [...new Set(cells.map((cell) => cell[key]))];
  const known = cells.filter(({ change }) => Number.isFinite(change));
  return {
    title: `Regimes by width and ${axis === 'scale' ? 'the output’s factor α' : 'size of the step'}`,
    caption:
      'Colour and number: relative change of the tangent kernel by training, mean over trials that did not diverge. Word: the verdict of most trials, by the thresholds of the settings.',
    plot: (plot) => ({
      marginLeft: 60,
      marginBottom: 44,
      x: { type: 'band', label: 'width m', domain: domain('width') },
      y: { type: 'band', label: axisTitles[axis], domain: domain('value').toReversed() },
      color: {
        type: 'log',
        scheme: 'blues',
        legend: true,
        label: 'change of the kernel',
        domain: [0.003, 3],
        clamp: true,
        tickFormat: '~g',
      },
      marks: [
        plot.cell(cells, {
          x: 'width',
          y: 'value',
          fill: 'none',
          stroke: 'currentColor',
          strokeOpacity: 0.3,
          inset: 1,
        }),
        plot.cell(known, { x: 'width', y: 'value', fill: 'change', inset: 1 }),
        plot.text(cells, {
          x: 'width',
          y: 'value',
          text: 'label',
          lineHeight: 1.3,
          fill: ({ change }: (typeof cells)[number]) =>
            change > 0.15 ? 'white' : Number.isFinite(change) ? 'black' : 'currentColor',
        }),
      ],
    }),
  };
}
