import type { Figure, RunContext } from '../context.ts';
import { numberIn } from '../statistics.ts';
import { axisOf } from './axis.ts';
import { parallelFigure } from './parallel-figure.ts';
import { color, type Ranked, rankedOf } from './ranks.ts';
import { type ConfigurationResult, isBetter } from './results.ts';
import type { SweepReport } from './swept.ts';
import { varied } from './tables.ts';

type Drawn = Pick<SweepReport, 'settings' | 'trials' | 'configurations'>;

/** More settings are read in the table. */
const MOST_AXES = 12;

/** The figures of a sweep with a metric: all settings side by side, each by itself, and the best so far. */
export async function sweepFigures(
  context: Pick<RunContext<unknown>, 'figure'>,
  report: Drawn,
  best: ConfigurationResult,
): Promise<void> {
  const ranked = rankedOf(report, best);
  const axes = varied(report.settings).slice(0, MOST_AXES);
  await context.figure('history', historyFigure(report, ranked));
  if (axes.length > 0) await context.figure('parallel', parallelFigure(report.settings, axes, ranked));
  for (const key of axes) await context.figure(`setting-${key}`.slice(0, 100), settingFigure(report, key, ranked));
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
        : axis.log
          ? { type: 'log', label: key, tickFormat: '~g' }
          : { label: key },
      y: { label: metric },
      color,
      marks: [Plot.dot(dots, { x: 'value', y: 'metric', fill: 'rank', fillOpacity: 0.8, r: 4 })],
    }),
  };
}
