import type { GraphData } from '@unbraid/data';
import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import { type ModelName, modelNames } from '@unbraid/gfgn';
import type { Trial } from './trial.ts';

const testsOf = (trials: readonly Trial[], model: ModelName): number[] =>
  trials.filter((trial) => trial.model === model).map(({ test }) => test);

const validationsOf = (trials: readonly Trial[], model: ModelName): number[] =>
  trials.filter((trial) => trial.model === model).map(({ validation }) => validation);

/** The models that were trained, in their usual order. */
const trainedOf = (trials: readonly Trial[]) =>
  modelNames.filter((model) => trials.some((trial) => trial.model === model));

/** Mean and standard deviation of each model's test accuracy. */
export function summarizeBenchmark(trials: readonly Trial[]): Summary {
  return Object.fromEntries(
    trainedOf(trials).flatMap((model) => {
      const tests = testsOf(trials, model);
      return [
        [model, hundredths(mean(tests))],
        [`${model}Std`, hundredths(deviation(tests))],
        [`${model}Validation`, hundredths(mean(validationsOf(trials, model)))],
      ];
    }),
  );
}

/** Mean and standard error of a model's test accuracy less another's, trained on the same splits and seeds. */
export function pairedDifference(
  trials: readonly Trial[],
  model: ModelName,
  other: ModelName,
): { mean: number; error: number } {
  const [a, b] = [testsOf(trials, model), testsOf(trials, other)];
  const differences = a.map((test, i) => test - b[i]!);
  return { mean: mean(differences), error: deviation(differences) / Math.sqrt(differences.length) };
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportBenchmark(context: Report, graph: GraphData, trials: readonly Trial[]): Promise<void> {
  const models = trainedOf(trials);
  const against = (['gcn', 'mlp'] as const).filter((model) => models.includes(model));
  const of = (model: ModelName) => trials.filter((trial) => trial.model === model);
  context.table('accuracy', {
    title: `Test accuracy on ${graph.name}`,
    caption:
      `${graph.labels.length} nodes, ${graph.report.edges} edges, ${graph.features.cols} features, ${graph.classes} classes` +
      `${graph.notes.length > 0 ? ` (${graph.notes.join('; ')})` : ''}. Percent, mean and standard deviation; differences to another model on the same splits and seeds, ` +
      'mean and standard error.',
    columns: ['model', 'test', '±', 'validation', ...against.map((other) => `less ${other}`), 'epoch', 'seconds'],
    rows: models.map((model) => [
      model,
      mean(testsOf(trials, model)).toFixed(2),
      deviation(testsOf(trials, model)).toFixed(2),
      mean(validationsOf(trials, model)).toFixed(2),
      ...against.map((other) => (other === model ? '' : showDifference(pairedDifference(trials, model, other)))),
      mean(of(model).map(({ epoch }) => epoch)).toFixed(0),
      mean(of(model).map(({ seconds }) => seconds)).toFixed(1),
    ]),
  });
  await accuracyFigure(context, graph.name, trials, models);
}

const showDifference = ({ mean: difference, error }: { mean: number; error: number }): string =>
  `${difference >= 0 ? '+' : '−'}${Math.abs(difference).toFixed(2)} ± ${error.toFixed(2)}`;

function accuracyFigure(
  context: Report,
  name: string,
  trials: readonly Trial[],
  models: readonly ModelName[],
): Promise<void> {
  const means = models.map((model) => ({ model, test: mean(testsOf(trials, model)) }));
  return context.figure('accuracy', {
    title: `Test accuracy on ${name}`,
    caption: 'Each dot is one training; a bar is the mean of a model.',
    plot: (Plot) => ({
      marginLeft: 110,
      x: { label: 'test accuracy in percent', nice: true, grid: true },
      y: { label: null, domain: models },
      marks: [
        Plot.dot(trials, { x: 'test', y: 'model', fill: palette[0], fillOpacity: 0.45, r: 4 }),
        Plot.tickX(means, { x: 'test', y: 'model', stroke: palette[1], strokeWidth: 4, insetTop: 4, insetBottom: 4 }),
      ],
    }),
  });
}
