import type { GraphData } from '@unbraid/data';
import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import { scoreOf } from './heterophily-data.ts';
import { type ContenderName, contenderNames } from './heterophily-models.ts';

/** What tuning chooses. */
export interface Configuration {
  readonly learningRate: number;
  readonly dropout: number;
  /** Residual blocks. */
  readonly depth: number;
}

/** All configurations that are tried, the same for every model. */
export const configurationsOf = (grid: {
  readonly learningRates: readonly number[];
  readonly dropouts: readonly number[];
  readonly depths: readonly number[];
}): Configuration[] =>
  grid.depths.flatMap((depth) =>
    grid.dropouts.flatMap((dropout) => grid.learningRates.map((learningRate) => ({ learningRate, dropout, depth }))),
  );

/** One training; scores in percent. */
export interface HeterophilyTrial {
  readonly model: ContenderName;
  /** Which of `configurationsOf`. */
  readonly configuration: number;
  /** The split and the seed. */
  readonly run: number;
  readonly test: number;
  readonly validation: number;
  readonly epoch: number;
  readonly seconds: number;
}

/** Mean validation score of a configuration that was tried. */
const validationOf = (tuned: readonly HeterophilyTrial[], model: ContenderName, configuration: number): number =>
  mean(
    tuned
      .filter((trial) => trial.model === model && trial.configuration === configuration)
      .map(({ validation }) => validation),
  );

/** The configuration of a model whose mean validation score is highest, the first of equal ones; 0 where none was tried. */
export function chosenOf(tuned: readonly HeterophilyTrial[], model: ContenderName): number {
  const tried = [...new Set(tuned.filter((trial) => trial.model === model).map(({ configuration }) => configuration))];
  return tried.reduce(
    (best, each) => (validationOf(tuned, model, each) > validationOf(tuned, model, best) ? each : best),
    tried[0] ?? 0,
  );
}

const testsOf = (trials: readonly HeterophilyTrial[], model: ContenderName): number[] =>
  trials.filter((trial) => trial.model === model).map(({ test }) => test);

const trainedOf = (trials: readonly HeterophilyTrial[]): ContenderName[] =>
  contenderNames.filter((model) => trials.some((trial) => trial.model === model));

/** Mean and standard deviation of each model's test score, and its mean validation score. */
export function summarizeHeterophily(trials: readonly HeterophilyTrial[]): Summary {
  return Object.fromEntries(
    trainedOf(trials).flatMap((model) => {
      const own = trials.filter((trial) => trial.model === model);
      return [
        [model, hundredths(mean(testsOf(trials, model)))],
        [`${model}Std`, hundredths(deviation(testsOf(trials, model)))],
        [`${model}Validation`, hundredths(mean(own.map(({ validation }) => validation)))],
      ];
    }),
  );
}

interface Results {
  readonly graph: GraphData;
  readonly configurations: readonly Configuration[];
  readonly tuned: readonly HeterophilyTrial[];
  readonly trials: readonly HeterophilyTrial[];
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportHeterophily(context: Report, results: Results): Promise<void> {
  const { graph, configurations, tuned, trials } = results;
  const score = scoreOf(graph);
  const models = trainedOf(trials);
  const means = models.map((model) => ({ model, test: mean(testsOf(trials, model)) })).sort((a, b) => b.test - a.test);
  const best = means[0]!.model;
  context.table('scores', {
    title: `Test ${score} on ${graph.name}`,
    caption:
      `${graph.labels.length} nodes, ${graph.report.edges} edges, ${graph.features.cols} features, ${graph.classes} classes` +
      `${graph.notes.length > 0 ? ` (${graph.notes.join('; ')})` : ''}. Percent, mean and standard deviation over splits and seeds; the difference to the best on the same ` +
      'splits and seeds with its standard error. Each model has the configuration that validation chose for it among the same ones.',
    columns: [
      'model',
      'test',
      '±',
      'validation',
      `less ${best}`,
      'learning rate',
      'dropout',
      'blocks',
      'epoch',
      'seconds',
    ],
    rows: means.map(({ model, test }) => {
      const own = trials.filter((trial) => trial.model === model);
      const { learningRate, dropout, depth } = configurations[own[0]!.configuration]!;
      return [
        model,
        test.toFixed(2),
        deviation(testsOf(trials, model)).toFixed(2),
        mean(own.map(({ validation }) => validation)).toFixed(2),
        model === best ? '' : differenceOf(testsOf(trials, model), testsOf(trials, best)),
        ...[learningRate, dropout, depth],
        mean(own.map(({ epoch }) => epoch)).toFixed(0),
        mean(own.map(({ seconds }) => seconds)).toFixed(1),
      ];
    }),
  });
  if (tuned.length > 0) tuningTable(context, results);
  await scoresFigure(context, `Test ${score} on ${graph.name}`, score, trials, means);
}

function differenceOf(tests: readonly number[], others: readonly number[]): string {
  const differences = tests.map((test, i) => test - others[i]!);
  const [difference, error] = [mean(differences), deviation(differences) / Math.sqrt(differences.length)];
  return `${difference >= 0 ? '+' : '−'}${Math.abs(difference).toFixed(2)} ± ${error.toFixed(2)}`;
}

function tuningTable(context: Report, { graph, configurations, tuned, trials }: Results): void {
  const score = scoreOf(graph);
  context.table('tuning', {
    title: 'Validation of the configurations that were tried',
    caption: `Mean ${score} in percent on validation nodes, with seeds that are not reported.`,
    columns: ['learning rate', 'dropout', 'blocks', ...trainedOf(trials)],
    rows: configurations.map(({ learningRate, dropout, depth }, configuration) => [
      ...[learningRate, dropout, depth],
      ...trainedOf(trials).map((model) => validationOf(tuned, model, configuration).toFixed(2)),
    ]),
  });
}

function scoresFigure(
  context: Report,
  title: string,
  score: string,
  trials: readonly HeterophilyTrial[],
  means: readonly { readonly model: ContenderName; readonly test: number }[],
): Promise<void> {
  return context.figure('scores', {
    title,
    caption: 'Each dot is one training; a bar is the mean of a model.',
    plot: (Plot) => ({
      marginLeft: 150,
      x: { label: `test ${score} in percent`, nice: true, grid: true },
      y: { label: null, domain: means.map(({ model }) => model) },
      marks: [
        Plot.dot(trials, { x: 'test', y: 'model', fill: palette[0], fillOpacity: 0.45, r: 4 }),
        Plot.tickX(means, { x: 'test', y: 'model', stroke: palette[1], strokeWidth: 4, insetTop: 4, insetBottom: 4 }),
      ],
    }),
  });
}
