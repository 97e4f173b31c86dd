import type { RunContext, Summary } from '@unbraid/experiment';

/** A finite kernel and the regression with it. */
export interface KernelTrial {
  /** k */
  readonly neurons: number;
  readonly repeat: number;
  /** ‖K_k − K_∞‖_F / ‖K_∞‖_F */
  readonly difference: number;
  /** Share of test images that are misread, in percent. */
  readonly testError: number;
}

interface KernelPoint extends Omit<KernelTrial, 'repeat'> {
  readonly repeats: number;
}

/** Means over the repeats of each k, smallest k first. */
function pointsOf(trials: readonly KernelTrial[]): KernelPoint[] {
  const sizes = [...new Set(trials.map(({ neurons }) => neurons))].sort((a, b) => a - b);
  return sizes.map((neurons) => {
    const group = trials.filter((trial) => trial.neurons === neurons);
    const mean = (of: (trial: KernelTrial) => number) => group.reduce((sum, t) => sum + of(t), 0) / group.length;
    return {
      neurons,
      repeats: group.length,
      difference: mean((t) => t.difference),
      testError: mean((t) => t.testError),
    };
  });
}

/** Slope of the straight line of least squares through (log k, log difference); needs two different k. */
function slopeOf(points: readonly KernelPoint[]): number {
  const [xs, ys] = [points.map((p) => Math.log(p.neurons)), points.map((p) => Math.log(p.difference))];
  const [x0, y0] = [xs, ys].map((values) => values.reduce((sum, v) => sum + v, 0) / values.length) as [number, number];
  const covariance = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0);
  return covariance / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
}

export function summarizeKernel(trials: readonly KernelTrial[], infiniteError: number): Summary {
  const points = pointsOf(trials);
  const largest = points.at(-1)!;
  return {
    slope: slopeOf(points),
    differenceLargest: largest.difference,
    finiteTestError: largest.testError,
    infiniteTestError: infiniteError,
  };
}

/** The table of both errors against k, and a figure of each. */
export async function reportKernel(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  trials: readonly KernelTrial[],
  infiniteError: number,
): Promise<void> {
  const points = pointsOf(trials);
  context.table('kernels', {
    title: 'From finite networks to the infinitely wide one',
    caption: 'Means over the repeats; the last row is the limit in closed form.',
    columns: ['k', 'repeats', 'difference of kernels', 'test error in percent'],
    rows: [
      ...points.map((p) => [p.neurons, p.repeats, p.difference.toPrecision(3), p.testError.toFixed(2)]),
      ['∞', '', 0, infiniteError.toFixed(2)],
    ],
  });
  await differenceFigure(context, trials, points);
  await regressionFigure(context, trials, points, infiniteError);
}

const neuronsAxis = { type: 'log', label: 'k (neurons)', grid: true, tickFormat: '~s' } as const;

function differenceFigure(
  context: Pick<RunContext<unknown>, 'figure'>,
  trials: readonly KernelTrial[],
  points: readonly KernelPoint[],
): Promise<void> {
  const measured = points.map(({ neurons, difference }) => ({ neurons, difference, series: 'finite network' }));
  const first = points[0]!;
  const law = points.map(({ neurons }) => ({
    neurons,
    difference: first.difference * Math.sqrt(first.neurons / neurons),
    series: 'slope −1/2',
  }));
  return context.figure('difference', {
    title: 'Distance of the finite kernel from the infinite one',
    caption:
      'Relative difference in the Frobenius norm: a dot for each network drawn, a line through the means. Entries of the kernel are means over ' +
      'gates drawn independently, so the difference falls as 1/√k.',
    plot: (plot) => ({
      x: neuronsAxis,
      y: { type: 'log', label: 'relative difference of the kernels', grid: true, tickFormat: '~g' },
      color: { legend: true, label: 'kernel' },
      marks: [
        plot.line([...measured, ...law], { x: 'neurons', y: 'difference', stroke: 'series', z: 'series' }),
        plot.dot(
          trials.map((trial) => ({ ...trial, series: 'finite network' })),
          { x: 'neurons', y: 'difference', fill: 'series', r: 2.5 },
        ),
      ],
    }),
  });
}

function regressionFigure(
  context: Pick<RunContext<unknown>, 'figure'>,
  trials: readonly KernelTrial[],
  points: readonly KernelPoint[],
  infiniteError: number,
): Promise<void> {
  const finite = points.map(({ neurons, testError }) => ({ neurons, testError, series: 'finite network' }));
  const infinite = points.map(({ neurons }) => ({ neurons, testError: infiniteError, series: 'infinitely wide' }));
  return context.figure('regression', {
    title: 'Kernel ridge regression of digits',
    caption:
      'Share of MNIST test images misread, against the width of the network whose kernel is used; the level line is the kernel of infinite width.',
    plot: (plot) => ({
      x: neuronsAxis,
      y: { label: 'test error (percent)', grid: true },
      color: { legend: true, label: 'kernel' },
      marks: [
        plot.line([...finite, ...infinite], { x: 'neurons', y: 'testError', stroke: 'series', z: 'series' }),
        plot.dot(
          trials.map((trial) => ({ ...trial, series: 'finite network' })),
          { x: 'neurons', y: 'testError', fill: 'series', r: 2.5 },
        ),
      ],
    }),
  });
}
