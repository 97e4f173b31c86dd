import type { GraphData } from '@unbraid/data';
import type { RunContext, Summary } from '@unbraid/experiment';
import { modelNames } from '@unbraid/gfgn';
import { describeGraph, showDifference, showMeans, summarizeTrials, trainedOf, trialsFigure } from './model-trials.ts';
import type { Trial } from './trial.ts';

/** Mean and standard deviation of each model's test accuracy. */
export const summarizeBenchmark = (trials: readonly Trial[]): Summary => summarizeTrials(modelNames, trials);

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportBenchmark(context: Report, graph: GraphData, trials: readonly Trial[]): Promise<void> {
  const models = trainedOf(modelNames, trials);
  const against = (['gcn', 'mlp'] as const).filter((model) => models.includes(model));
  const title = `Test accuracy on ${graph.name}`;
  context.table('accuracy', {
    title,
    caption:
      `${describeGraph(graph)}. Percent, mean and standard deviation; differences to another model on the same splits and seeds, ` +
      'mean and standard error.',
    columns: ['model', 'test', '±', 'validation', ...against.map((other) => `less ${other}`), 'epoch', 'seconds'],
    rows: models.map((model) => {
      const { scores, effort } = showMeans(trials, model);
      return [model, ...scores, ...against.map((other) => showDifference(trials, model, other)), ...effort];
    }),
  });
  await trialsFigure(context, { name: 'accuracy', title, score: 'accuracy', marginLeft: 110 }, trials, models);
}
