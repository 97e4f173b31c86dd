import type { BlockModel } from '@unbraid/data';
import { correlation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { ModelName } from '@unbraid/gfgn';

export interface DimensionFit {
  readonly model: ModelName;
  /** Accuracy in percent. */
  readonly test: number;
  /** Mean score of each dimension, and its spread over nodes or edges; none for models without gates. */
  readonly scores: readonly number[];
  readonly spread: readonly number[];
}

const correlations = {
  gfgnGraph: 'scoreCorrelation',
  gfgnNeighbor: 'scoreCorrelationNeighbor',
  gfgnPair: 'scoreCorrelationPair',
} as const;

export function summarizeDimensions(homophily: Float32Array, fits: readonly DimensionFit[]): Summary {
  const agreements = Object.entries(correlations).flatMap(([model, name]) => {
    const fit = fits.find((each) => each.model === model);
    return fit ? [[name, Math.round(1000 * correlation(fit.scores, homophily)) / 1000] as const] : [];
  });
  return {
    ...Object.fromEntries(agreements),
    ...Object.fromEntries(fits.map(({ model, test }) => [model, hundredths(test)])),
  };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportDimensions(
  context: Report,
  graph: BlockModel,
  fits: readonly DimensionFit[],
): Promise<void> {
  const levels = [...new Set(graph.homophily)];
  context.table('accuracy', {
    title: 'Accuracy and scores by homophily',
    caption: `Test accuracy in percent; mean learnt score of the dimensions of each homophily, between 0 (not smoothed) and 1 (as in a GCN). Chance is 0.25.`,
    columns: ['model', 'test', ...levels.map((h) => `score at ${h.toFixed(2)}`), 'correlation'],
    rows: fits.map(({ model, test, scores }) => [
      model,
      test.toFixed(2),
      ...levels.map((h) =>
        scores.length === 0 ? '' : mean(scores.filter((_, d) => graph.homophily[d] === h)).toFixed(3),
      ),
      scores.length === 0 ? '' : correlation(scores, graph.homophily).toFixed(3),
    ]),
  });
  const gated = fits.filter(({ scores }) => scores.length > 0);
  const points = gated.flatMap(({ model, scores }) =>
    scores.map((score, d) => ({ model, score, homophily: graph.homophily[d]! })),
  );
  await context.figure('scores', {
    title: 'Learnt smoothing score of each dimension',
    caption:
      'Each dot is a feature dimension; lines join the means. A score of 0 leaves a dimension as it is, 1 smooths it as a GCN does.',
    plot: (Plot) => ({
      x: { label: 'homophily of the dimension', domain: [0, 1], grid: true },
      y: { label: 'learnt score', grid: true, zero: true },
      color: { label: 'model', domain: gated.map(({ model }) => model), range: palette.slice(0, gated.length) },
      marks: [
        Plot.line(points, Plot.groupX({ y: 'mean' }, { x: 'homophily', y: 'score', stroke: 'model', z: 'model' })),
        Plot.dot(points, { x: 'homophily', y: 'score', fill: 'model', fillOpacity: 0.7, r: 3.5 }),
      ],
    }),
  });
}
