import { palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { Kernel } from '@unbraid/linearity';
import { showSlope } from './scaling-figure.ts';
import { fitPowerLaw, mean } from './slope.ts';

/** Activations whose infinite kernel is known. */
export const activations = ['relu', 'erf'] as const;
type KnownActivation = (typeof activations)[number];

/** The infinitely wide network. */
export interface Limit {
  readonly activation: KnownActivation;
  readonly kernel: Kernel;
  /** Eigenvalues, ascending. */
  readonly values: readonly number[];
}

/** A finite network. */
export interface SpectrumTrial {
  readonly activation: KnownActivation;
  /** m */
  readonly width: number;
  readonly network: number;
  /** ‖K − K_∞‖_F / ‖K_∞‖_F */
  readonly difference: number;
  /** Eigenvalues, ascending. */
  readonly values: readonly number[];
}

const trialsOf = (trials: readonly SpectrumTrial[], activation: KnownActivation) =>
  trials.filter((trial) => trial.activation === activation);
const lawOf = (trials: readonly SpectrumTrial[]) =>
  fitPowerLaw(trials.map(({ width, difference }) => ({ width, value: difference })));
const widthsOf = (trials: readonly SpectrumTrial[]) => [...new Set(trials.map(({ width }) => width))];

export function summarizeSpectrum(trials: readonly SpectrumTrial[], limits: readonly Limit[]): Summary {
  const widest = Math.max(...widthsOf(trials));
  const difference = (activation: KnownActivation) =>
    mean(
      trialsOf(trials, activation)
        .filter(({ width }) => width === widest)
        .map((trial) => trial.difference),
    );
  const [relu, erf] = limits;
  return {
    slopeRelu: lawOf(trialsOf(trials, 'relu')).slope,
    slopeErf: lawOf(trialsOf(trials, 'erf')).slope,
    differenceRelu: difference('relu'),
    differenceErf: difference('erf'),
    smallestRelu: relu!.values[0]!,
    smallestErf: erf!.values[0]!,
  };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** Differences against the width, and eigenvalues beside those of the limit. */
export async function reportSpectrum(
  context: Report,
  trials: readonly SpectrumTrial[],
  limits: readonly Limit[],
): Promise<void> {
  context.table('kernels', {
    title: 'Finite kernels and their limit',
    caption: 'Means over networks; the last row of each activation is the limit in closed form.',
    columns: ['activation', 'width m', 'networks', 'difference', 'smallest eigenvalue', 'largest eigenvalue'],
    rows: limits.flatMap(({ activation, values }) => [
      ...widthsOf(trials).map((width) => {
        const group = trialsOf(trials, activation).filter((trial) => trial.width === width);
        const average = (of: (trial: SpectrumTrial) => number) => mean(group.map(of)).toPrecision(3);
        const ends = [average((trial) => trial.values[0]!), average((trial) => trial.values.at(-1)!)];
        return [activation, width, group.length, average(({ difference }) => difference), ...ends];
      }),
      [activation, '∞', '', 0, values[0]!.toPrecision(3), values.at(-1)!.toPrecision(3)],
    ]),
  });
  await differenceFigure(context, trials);
  for (const limit of limits) await eigenvaluesFigure(context, trialsOf(trials, limit.activation), limit);
}

function differenceFigure(context: Report, trials: readonly SpectrumTrial[]): Promise<void> {
  const laws = activations.map((activation) => ({ activation, law: lawOf(trialsOf(trials, activation)) }));
  const lines = laws.flatMap(({ activation, law }) =>
    widthsOf(trials).map((width) => ({ width, difference: law.scale * width ** law.slope, activation })),
  );
  return context.figure('difference', {
    title: `Slopes of the difference: ${laws.map(({ activation, law }) => `${activation} ${showSlope(law)}`).join(', ')}`,
    caption:
      'Relative difference in the Frobenius norm between a finite network’s tangent kernel and the limit of infinite width, a mark for each ' +
      'network. It falls as 1/√m.',
    plot: (plot) => ({
      x: { type: 'log', label: 'width m', tickFormat: '~s' },
      y: { type: 'log', label: '‖K − K∞‖ / ‖K∞‖', tickFormat: '~g' },
      color: { legend: true, domain: [...activations], range: palette.slice(0, 2) },
      marks: [
        plot.line(lines, { x: 'width', y: 'difference', stroke: 'activation', z: 'activation' }),
        plot.dot(trials, { x: 'width', y: 'difference', stroke: 'activation', r: 2.5 }),
      ],
    }),
  });
}

/** The eigenvalues of one network of each width over their rank, and those of the limit. */
function eigenvaluesFigure(
  context: Report,
  trials: readonly SpectrumTrial[],
  { activation, values }: Limit,
): Promise<void> {
  const ranked = (of: readonly number[], series: string) =>
    of.toReversed().map((value, i) => ({ rank: i + 1, value, series }));
  const shown = trials.filter(({ network }) => network === 0);
  const finite = shown.flatMap((trial) => ranked(trial.values, `m = ${trial.width}`));
  const points = finite.filter(({ value }) => value > 0);
  return context.figure(`eigenvalues-${activation}`, {
    title: `Eigenvalues of the tangent kernel of ${activation} networks`,
    caption: 'By rank, a line for one network of each width; dots are the kernel of infinite width.',
    plot: (plot) => ({
      x: { type: 'log', label: 'rank', tickFormat: '~s' },
      y: { type: 'log', label: 'eigenvalue', tickFormat: '~g' },
      color: { legend: true, label: 'network', domain: shown.map(({ width }) => `m = ${width}`) },
      marks: [
        plot.dot(ranked(values, 'm = ∞'), { x: 'rank', y: 'value', r: 3, fill: 'currentColor', fillOpacity: 0.4 }),
        plot.line(points, { x: 'rank', y: 'value', stroke: 'series', z: 'series' }),
      ],
    }),
  });
}
