import type { Figure, RunContext } from '../context.ts';
import { palette } from '../figures/palette.ts';
import { formatNumber } from '../report/format.ts';
import { axisOf } from './axis.ts';
import { type ConfigurationResult, isBetter, numberIn } from './results.ts';
import type { SweepReport } from './swept.ts';
import { varied } from './tables.ts';

type Drawn = Pick<SweepReport, 'settings' | 'trials' | 'configurations'>;

/** More settings are read in the table. */
const MOST_AXES = 12;

const [BLUE, ORANGE, TEAL] = palette;

/** Colours of what is compared: it says in every figure which the best is. */
const BEST = { best: ORANGE, 'better half': BLUE, 'other half': TEAL } as const;
type Rank = keyof typeof BEST;

const color = { domain: Object.keys(BEST), range: Object.values(BEST) };

/** A configuration that can be compared. */
interface Ranked {
  readonly number: number;
  readonly settings: ConfigurationResult['settings'];
  readonly score: number;
  readonly rank: Rank;
}

/** The figures of a sweep with a metric: all settings side by side, each by itself, and the best so far. */
export async function sweepFigures(
  context: Pick<RunContext<unknown>, 'figure'>,
  report: Drawn,
  best: ConfigurationResult,
): Promise<void> {
  const ranked = rankedOf(report, best);
  const axes = varied(report.settings).slice(0, MOST_AXES);
  await context.figure('history', historyFigure(report, ranked));
  if (axes.length > 0) await context.figure('parallel', parallelFigure(report, axes, ranked));
  for (const key of axes) await context.figure(`setting-${key}`.slice(0, 100), settingFigure(report, key, ranked));
}

function rankedOf({ settings: { goal }, configurations }: Drawn, best: ConfigurationResult): Ranked[] {
  const scored = configurations.flatMap(({ score, ...rest }) => (score === undefined ? [] : [{ ...rest, score }]));
  const sorted = scored.map(({ score }) => score).sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]!;
  const rankOf = (score: number): Rank =>
    score === middle || isBetter(score, middle, goal) ? 'better half' : 'other half';
  const ranked = scored.map(({ number, settings, score }) => ({
    number,
    settings,
    score,
    rank: number === best.number ? ('best' as const) : rankOf(score),
  }));
  // The best is drawn over the others.
  return ranked.sort((a, b) => Number(a.rank === 'best') - Number(b.rank === 'best') || a.number - b.number);
}

const means = ({ seeds, metric }: SweepReport['settings']) =>
  seeds.length > 1 ? `${metric}, mean over seeds` : metric;

function historyFigure({ settings }: Drawn, ranked: readonly Ranked[]): Figure {
  const { goal } = settings;
  let best: number | undefined;
  const steps = ranked
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, score }) => {
      if (isBetter(score, best, goal)) best = score;
      return { number, best };
    });
  return {
    title: 'The best so far',
    caption:
      'Every configuration that came to a result, in the order in which they were found; the line is the best until then.',
    plot: (Plot) => ({
      x: { label: 'configuration', tickFormat: 'd' },
      y: { label: means(settings) },
      color,
      marks: [
        Plot.lineY(steps, { x: 'number', y: 'best', curve: 'step-after', stroke: 'currentColor', strokeOpacity: 0.6 }),
        Plot.dot(ranked, {
          x: 'number',
          y: 'score',
          fill: 'rank',
          r: (each: Ranked) => (each.rank === 'best' ? 6 : 3.5),
        }),
      ],
      r: { type: 'identity' },
    }),
  };
}

/** All settings side by side, and the metric as the last of them. */
function parallelFigure({ settings }: Drawn, keys: readonly string[], ranked: readonly Ranked[]): Figure {
  const { metric, space } = settings;
  const scores = ranked.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const share = (score: number) => (high > low ? (score - low) / (high - low) : 0.5);
  const axes = [
    ...keys.map((name) => {
      const { place, ticks } = axisOf(space[name]!);
      return { name, ticks, place: (each: Ranked) => place(each.settings[name]!) };
    }),
    // A result may be called as a setting is.
    { name: `→ ${metric}`, ticks: ends(low, high), place: ({ score }: Ranked) => share(score) },
  ];
  const lines = ranked.flatMap((each) => axes.map(({ name, place }) => ({ ...each, name, place: place(each) })));
  const ticks = axes.flatMap(({ name, ticks: own }) => own.map((tick) => ({ name, ...tick })));
  return {
    title: 'All settings side by side',
    caption: 'A line is a configuration, at the height of its value on each axis; the last axis is what it came to.',
    plot: (Plot) => ({
      marginLeft: 40,
      marginRight: 70,
      marginTop: 40,
      marginBottom: 24,
      grid: false,
      x: { type: 'point', domain: axes.map(({ name }) => name), axis: null },
      y: { axis: null, domain: [0, 1] },
      color,
      marks: [
        Plot.ruleX(
          axes.map(({ name }) => name),
          { stroke: 'currentColor', strokeOpacity: 0.4 },
        ),
        Plot.line(lines, {
          x: 'name',
          y: 'place',
          z: 'number',
          stroke: 'rank',
          strokeWidth: 1.2,
          strokeOpacity: ranked.length > 30 ? 0.45 : 0.8,
        }),
        Plot.line(
          lines.filter(({ rank }) => rank === 'best'),
          { x: 'name', y: 'place', stroke: BEST.best, strokeWidth: 3 },
        ),
        Plot.text(ticks, {
          x: 'name',
          y: 'place',
          text: 'text',
          dx: 6,
          textAnchor: 'start',
          stroke: 'var(--plot-background)',
          strokeWidth: 4,
          fill: 'currentColor',
        }),
        Plot.text(axes, {
          x: 'name',
          text: 'name',
          frameAnchor: 'top',
          dy: -16,
          fontWeight: 600,
        }),
      ],
    }),
  };
}

const ends = (low: number, high: number) =>
  high > low
    ? [
        { place: 0, text: formatNumber(Number(low.toPrecision(4))) },
        { place: 1, text: formatNumber(Number(high.toPrecision(4))) },
      ]
    : [{ place: 0.5, text: formatNumber(Number(low.toPrecision(4))) }];

/** Every trial by what it was set to. */
function settingFigure({ settings, trials }: Drawn, key: string, ranked: readonly Ranked[]): Figure {
  const { metric, space } = settings;
  const axis = axisOf(space[key]!);
  const ranks = new Map(ranked.map(({ number, rank }) => [number, rank]));
  const dots = trials
    .flatMap(({ configuration, settings: own, summary }) => {
      const [rank, value] = [ranks.get(configuration), numberIn(summary[metric])];
      return rank === undefined || value === undefined ? [] : [{ value: axis.value(own[key]!), metric: value, rank }];
    })
    .sort((a, b) => Number(a.rank === 'best') - Number(b.rank === 'best'));
  return {
    title: `${metric} against ${key}`,
    caption: `A dot is a trial; \`${key}\` is one of the settings that were tried at once, so the others differ from dot to dot.`,
    plot: (Plot) => ({
      x: axis.ordinal
        ? { type: 'point', label: key, domain: axis.ticks.map(({ text }) => text) }
        : { type: axis.log ? 'log' : 'linear', label: key },
      y: { label: metric },
      color,
      marks: [Plot.dot(dots, { x: 'value', y: 'metric', fill: 'rank', fillOpacity: 0.8, r: 4 })],
    }),
  };
}
