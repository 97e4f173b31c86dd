import { palette, type RunContext, type Summary } from '@unbraid/experiment';

/** One network trained on one sample. Losses are means of the ramp loss, from 0 to 1. */
export interface GeneralizeTrial {
  /** m */
  readonly samples: number;
  /** k */
  readonly neurons: number;
  readonly labels: 'true' | 'shuffled';
  readonly repeat: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  /** testLoss − trainLoss */
  readonly gap: number;
  /** ‖W − W₀‖_F with W₀ = 0 */
  readonly distance: number;
  /** The bound's two terms: 2·R for what the network could fit, and what chance adds. */
  readonly complexity: number;
  readonly confidence: number;
  /** Bound of the gap: the terms' sum. */
  readonly bound: number;
}

type Means = Omit<GeneralizeTrial, 'repeat'>;

/** The numbers that the experiment's `summary` explains. */
export function summarizeGeneralize(trials: readonly GeneralizeTrial[]): Summary {
  const means = meansOf(trials);
  const largest = (key: 'samples' | 'neurons') => Math.max(...trials.map((trial) => trial[key]));
  const [m, k] = [largest('samples'), largest('neurons')];
  const at = (labels: Means['labels']) =>
    means.find((mean) => mean.samples === m && mean.neurons === k && mean.labels === labels)!;
  return {
    worstGapOverBound: Math.max(...trials.map(({ gap, bound }) => gap / bound)),
    gapTrueLabels: at('true').gap,
    gapShuffledLabels: at('shuffled').gap,
    boundTrueLabels: at('true').bound,
    boundShuffledLabels: at('shuffled').bound,
  };
}

/** One entry for each m, k and kind of labels: the means over repeats. */
function meansOf(trials: readonly GeneralizeTrial[]): Means[] {
  return trials
    .filter(({ repeat }) => repeat === 0)
    .map(({ samples, neurons, labels }) => {
      const group = trials.filter((t) => t.samples === samples && t.neurons === neurons && t.labels === labels);
      const mean = (key: Exclude<keyof Means, 'labels'>) => group.reduce((sum, t) => sum + t[key] / group.length, 0);
      return {
        samples,
        neurons,
        labels,
        trainLoss: mean('trainLoss'),
        testLoss: mean('testLoss'),
        gap: mean('gap'),
        distance: mean('distance'),
        complexity: mean('complexity'),
        confidence: mean('confidence'),
        bound: mean('bound'),
      };
    });
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** Bound and gap as a table, and as figures against m and against k. */
export async function reportGeneralize(context: Report, trials: readonly GeneralizeTrial[]): Promise<void> {
  const means = meansOf(trials);
  context.table('gaps', {
    title: 'Measured gap and bound',
    caption: 'Ramp loss, means over repeats. A bound above 1 says nothing, for the loss is at most 1.',
    columns: ['samples m', 'neurons k', 'labels', 'training loss', 'test loss', 'gap', 'bound of gap', '‖W − W₀‖'],
    rows: means.map((t) => [
      t.samples,
      t.neurons,
      t.labels,
      ...[t.trainLoss, t.testLoss, t.gap, t.bound, t.distance].map((value) => value.toFixed(3)),
    ]),
  });
  const largest = (key: 'samples' | 'neurons') => Math.max(...means.map((mean) => mean[key]));
  await gapFigure(
    context,
    'against-m',
    'samples',
    `k = ${largest('neurons')}`,
    means.filter((t) => t.neurons === largest('neurons')),
  );
  await gapFigure(
    context,
    'against-k',
    'neurons',
    `m = ${largest('samples')}`,
    means.filter((t) => t.samples === largest('samples')),
  );
}

const series = ['true labels, gap', 'true labels, bound', 'shuffled labels, gap', 'shuffled labels, bound'] as const;

/** Blue for true labels, orange for shuffled ones; bounds are dashed. */
function gapFigure(
  context: Report,
  name: string,
  along: 'samples' | 'neurons',
  fixed: string,
  means: readonly Means[],
): Promise<void> {
  const label = along === 'samples' ? 'samples m' : 'neurons k';
  const points = means.flatMap((mean) =>
    (['gap', 'bound'] as const).map((kind) => ({
      x: mean[along],
      y: mean[kind],
      kind,
      name: `${mean.labels} labels, ${kind}`,
    })),
  );
  // A gap that chance has made negative has no place on a logarithmic axis.
  const shown = points.filter(({ y }) => y > 0);
  return context.figure(name, {
    title: `Gap between test and training loss against ${label}, ${fixed}`,
    caption:
      'Solid: measured gap of the ramp loss. Dashed: its bound from the distance that the weights travelled. ' +
      'The grey line is 1, the largest possible gap; gaps of 0 or below are not drawn.',
    plot: (Plot) => ({
      x: { type: 'log', label, ticks: [...new Set(points.map(({ x }) => x))], tickFormat: String },
      y: { type: 'log', label: 'difference of mean ramp loss', tickFormat: '~g' },
      color: { domain: [...series], range: [palette[0], palette[0], palette[1], palette[1]] },
      symbol: { domain: [...series], range: ['circle', 'times', 'square', 'triangle'] },
      marks: [
        Plot.ruleY([1], { stroke: 'currentColor', strokeOpacity: 0.5 }),
        Plot.line(
          shown.filter(({ kind }) => kind === 'gap'),
          { x: 'x', y: 'y', stroke: 'name', z: 'name' },
        ),
        Plot.line(
          shown.filter(({ kind }) => kind === 'bound'),
          { x: 'x', y: 'y', stroke: 'name', z: 'name', strokeDasharray: '5,4' },
        ),
        Plot.dot(shown, { x: 'x', y: 'y', stroke: 'name', symbol: 'name', r: 4 }),
      ],
    }),
  });
}
