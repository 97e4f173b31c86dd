import type { RunContext, Summary } from '@unbraid/experiment';
import { transition } from './transition.ts';

/** How often trials of one size succeeded. */
export interface MemorizePoint {
  readonly network: 'GaLU' | 'ReLU';
  readonly data: 'Gaussian' | 'MNIST';
  readonly m: number;
  readonly d: number;
  readonly k: number;
  /** k·d/m */
  readonly c: number;
  readonly rate: number;
  readonly trials: number;
}

interface Transition extends Pick<MemorizePoint, 'network' | 'data' | 'm' | 'd'> {
  readonly c: number;
}

/** Transitions below this m are not counted in the summary: the step widens as samples get smaller. */
const LARGE = 1000;

function transitionsOf(points: readonly MemorizePoint[]): Transition[] {
  const keyOf = ({ network, data, m, d }: MemorizePoint) => [network, data, m, d].join();
  return [...new Set(points.map(keyOf))].map((key) => {
    const group = points.filter((point) => keyOf(point) === key);
    const { network, data, m, d } = group[0]!;
    return { network, data, m, d, c: transition(group) };
  });
}

export function summarizeMemorize(points: readonly MemorizePoint[]): Summary {
  const all = transitionsOf(points);
  const large = all.some(({ m }) => m >= LARGE) ? all.filter(({ m }) => m >= LARGE) : all;
  const of = (network: string, data: string) =>
    large.filter((t) => t.network === network && t.data === data).map(({ c }) => c);
  return {
    transitionGaluGaussian: Math.max(...of('GaLU', 'Gaussian')),
    transitionReluGaussian: Math.max(...of('ReLU', 'Gaussian')),
    transitionGaluMnist: Math.max(...of('GaLU', 'MNIST')),
    smallestTransitionGaluGaussian: Math.min(...of('GaLU', 'Gaussian')),
  };
}

/** The table of transitions, success against c, and neurons needed against m. */
export async function reportMemorize(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  points: readonly MemorizePoint[],
): Promise<void> {
  const transitions = transitionsOf(points);
  context.table('transitions', {
    title: 'Where memorization begins',
    caption:
      'c = k·d/m and k at which half of the trials succeed, interpolated, beside what m/d and m²/d would ask for.',
    columns: ['network', 'data', 'm', 'd', 'c', 'k', 'm/d', 'm²/d'],
    rows: transitions.map(({ network, data, m, d, c }) => [
      network,
      data,
      m,
      d,
      c.toFixed(3),
      ((c * m) / d).toFixed(1),
      m / d,
      (m * m) / d,
    ]),
  });
  await successFigure(context, points);
  await neuronsFigure(context, transitions);
}

const nameOf = ({ network, data }: Pick<MemorizePoint, 'network' | 'data'>) => `${network}, ${data}`;

function successFigure(context: Pick<RunContext<unknown>, 'figure'>, points: readonly MemorizePoint[]): Promise<void> {
  const rows = points
    .map((point) => ({ ...point, series: nameOf(point), curve: `${nameOf(point)} ${point.m} ${point.d}` }))
    .sort((p, q) => p.c - q.c);
  return context.figure('success', {
    title: 'Success against c = k·d/m',
    caption:
      'Share of trials whose mean squared error fell to 1e-4, by sample size and dimension. The dashed line is c = 1: as many weights as samples. ' +
      'GaLU is solved exactly and steps up just above it; ReLU shows what Adam reaches within its steps.',
    plot: (plot) => ({
      x: { label: 'c = k·d/m (weights for each sample)', grid: true },
      y: { label: 'share of trials that memorized', domain: [0, 1], grid: true },
      color: { legend: true, label: 'network, inputs' },
      marks: [
        plot.ruleX([1], { strokeDasharray: '4,4' }),
        plot.line(rows, {
          x: 'c',
          y: 'rate',
          stroke: 'series',
          z: 'curve',
        }),
        plot.dot(rows, { x: 'c', y: 'rate', fill: 'series', r: 2.5 }),
      ],
    }),
  });
}

function neuronsFigure(
  context: Pick<RunContext<unknown>, 'figure'>,
  transitions: readonly Transition[],
): Promise<void> {
  const d = Math.min(...transitions.map((t) => t.d));
  const shown = transitions
    .filter((t) => t.d === d && Number.isFinite(t.c))
    .map((t) => ({ m: t.m, k: (t.c * t.m) / t.d, series: nameOf(t) }));
  const sizes = [...new Set(transitions.map(({ m }) => m))].sort((a, b) => a - b);
  const span = [sizes[0]!, sizes.length > 1 ? sizes.at(-1)! : sizes[0]! * 2];
  const lines = span.flatMap((m) => [
    { m, k: m / d, law: 'm/d' },
    { m, k: (m * m) / d, law: 'm²/d' },
  ]);
  const ends = lines.filter(({ m }) => m === span[1]);
  return context.figure('neurons', {
    title: `Neurons needed to memorize m samples, d = ${d}`,
    caption:
      'k at which half of the trials succeed. Both kinds of network follow m/d, the count of weights; m²/d is what the best bound for ReLU networks asked for.',
    plot: (plot) => ({
      marginRight: 60,
      x: { type: 'log', label: 'm (samples)', grid: true, ticks: sizes, tickFormat: 'd' },
      y: { type: 'log', label: 'k (neurons)', grid: true },
      color: { legend: true, label: 'network, inputs' },
      marks: [
        plot.line(lines, { x: 'm', y: 'k', z: 'law', strokeDasharray: '4,4' }),
        plot.text(ends, { x: 'm', y: 'k', text: 'law', textAnchor: 'start', dx: 6 }),
        plot.line(shown, { x: 'm', y: 'k', stroke: 'series', z: 'series' }),
        plot.dot(shown, { x: 'm', y: 'k', fill: 'series' }),
      ],
    }),
  });
}
