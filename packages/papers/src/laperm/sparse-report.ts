import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { DenseFit } from './dense-fit.ts';
import type { Permuted } from './permuted.ts';

/** A network trained from sparse weights. */
export interface SparseFit extends Omit<DenseFit, 'params'>, Permuted {
  /** p, of layers after the first. */
  readonly rate: number;
  readonly repeat: number;
  /** Share of all parameters that are zero. */
  readonly zeros: number;
}

const ratesOf = (fits: readonly SparseFit[]) => [...new Set(fits.map(({ rate }) => rate))];

const at = (fits: readonly SparseFit[], rate: number) => fits.filter((fit) => fit.rate === rate);

/** The numbers that the experiment's `summary` explains: `test30` for p = 0.3. */
export function summarizeSparse(fits: readonly SparseFit[]): Summary {
  const tests = ratesOf(fits).map((rate) => [
    `test${hundredths(100 * rate)}`,
    hundredths(mean(at(fits, rate).map(({ test }) => test))),
  ]);
  return { ...Object.fromEntries(tests), multisetUnchanged: fits.every(({ unchanged }) => unchanged) };
}

/** The results as a table and a figure. */
export async function reportSparse(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  fits: readonly SparseFit[],
): Promise<void> {
  context.table('accuracy', {
    title: 'Accuracy from sparse random weights',
    caption: 'In percent, means over networks, of the epoch that is best in validation.',
    columns: [
      'p',
      'zeros among all parameters',
      'networks',
      'validation',
      'test',
      'test deviation',
      'bits a weight',
      'weights moved in percent',
    ],
    rows: ratesOf(fits).map((rate) => {
      const group = at(fits, rate);
      const average = (of: (fit: SparseFit) => number) => mean(group.map(of));
      return [
        rate,
        `${(100 * average(({ zeros }) => zeros)).toFixed(1)} %`,
        group.length,
        average(({ validation }) => validation).toFixed(2),
        average(({ test }) => test).toFixed(2),
        deviation(group.map(({ test }) => test)).toFixed(2),
        average(({ bits }) => bits).toFixed(2),
        average(({ moved }) => moved).toFixed(0),
      ];
    }),
  });
  await accuracyFigure(context, fits);
}

function accuracyFigure(context: Pick<RunContext<unknown>, 'figure'>, fits: readonly SparseFit[]): Promise<void> {
  const means = ratesOf(fits).map((rate) => ({
    p: 100 * rate,
    test: mean(at(fits, rate).map(({ test }) => test)),
  }));
  return context.figure('accuracy', {
    title: 'Test accuracy against the share of zero weights',
    caption:
      'A dot for each network, a line through the means. The first layer has fewer zeros than p where p is above its limit.',
    plot: (Plot) => ({
      x: { label: 'p: zero weights of each layer, in percent', ticks: means.map(({ p }) => p) },
      y: { label: 'test accuracy in percent', zero: false, nice: true, grid: true },
      marks: [
        Plot.line(means, { x: 'p', y: 'test', stroke: palette[0] }),
        Plot.dot(fits, { x: ({ rate }: SparseFit) => 100 * rate, y: 'test', fill: palette[0], r: 4 }),
      ],
    }),
  });
}
