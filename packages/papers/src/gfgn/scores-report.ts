import { deviation, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { DataSetName } from './data-sets.ts';

export interface ScoreFit {
  readonly name: DataSetName;
  /** Accuracy in percent. */
  readonly test: number;
  readonly layers: readonly {
    readonly limit: number;
    readonly mean: readonly number[];
    readonly std: readonly number[];
    readonly histogram: readonly number[];
  }[];
}

const thousandths = (value: number): number => Math.round(1000 * value) / 1000;

/** Scores of a fit's layer as parts of the limit. */
const partsOf = ({ layers }: ScoreFit, at: number): number[] =>
  layers[at]!.mean.map((score) => score / layers[at]!.limit);

export function summarizeScores(fits: readonly ScoreFit[]): Summary {
  return Object.fromEntries(
    fits.flatMap((fit) => {
      const parts = partsOf(fit, 0);
      return [
        [`${fit.name}Mean`, thousandths(mean(parts))],
        [`${fit.name}Spread`, thousandths(deviation(parts))],
      ];
    }),
  );
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportScores(context: Report, model: string, fits: readonly ScoreFit[]): Promise<void> {
  context.table('scores', {
    title: `Smoothing scores of ${model}`,
    caption:
      'As parts of the largest score that there can be. Spread over dimensions: of their means. Spread within: mean over dimensions of the spread over nodes or edges.',
    columns: ['graph', 'test accuracy in percent', 'layer', 'mean', 'spread over dimensions', 'spread within'],
    rows: fits.flatMap((fit) =>
      fit.layers.map(({ limit, std }, at) => [
        fit.name,
        fit.test.toFixed(2),
        at + 1,
        mean(partsOf(fit, at)).toFixed(3),
        deviation(partsOf(fit, at)).toFixed(3),
        (mean(std) / limit).toFixed(3),
      ]),
    ),
  });
  await distributionFigure(context, fits);
  await dimensionFigure(context, fits);
}

function distributionFigure(context: Report, fits: readonly ScoreFit[]): Promise<void> {
  const bars = fits.flatMap(({ name, layers: [first] }) => {
    const { histogram, limit } = first!;
    const width = limit / histogram.length;
    return histogram.map((part, i) => ({ name, from: i * width, to: (i + 1) * width, percent: 100 * part }));
  });
  return context.figure('distribution', {
    title: 'Distribution of the scores of the first layer',
    caption:
      'Over all dimensions, and over nodes or edges where scores differ between them. 1 is the smoothing of a GCN.',
    plot: (Plot) => ({
      height: 120 + 150 * fits.length,
      x: { label: 'smoothing score' },
      y: { label: 'scores in percent', grid: true },
      fy: { label: null },
      marks: [
        Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'percent', fy: 'name', fill: palette[0], inset: 0.5 }),
        Plot.ruleY([0]),
      ],
    }),
  });
}

function dimensionFigure(context: Report, fits: readonly ScoreFit[]): Promise<void> {
  const points = fits.flatMap(({ name, layers: [first] }) =>
    [...first!.mean]
      .sort((a, b) => a - b)
      .map((score, rank, { length }) => ({ name, score, part: (100 * (rank + 0.5)) / length })),
  );
  const names = fits.map(({ name }) => name);
  return context.figure('dimensions', {
    title: 'Mean score of each dimension of the first layer',
    caption: 'Dimensions in the order of their scores. A flat line would be a GCN: all dimensions smoothed alike.',
    plot: (Plot) => ({
      x: { label: 'dimensions in percent, by score', grid: true },
      y: { label: 'smoothing score', grid: true, zero: true },
      color: { label: 'graph', domain: names, range: names.map((_, i) => palette[i % palette.length]!) },
      marks: [
        Plot.line(points, { x: 'part', y: 'score', stroke: 'name', z: 'name' }),
        Plot.dot(points, { x: 'part', y: 'score', fill: 'name', r: 2.5 }),
      ],
    }),
  });
}
