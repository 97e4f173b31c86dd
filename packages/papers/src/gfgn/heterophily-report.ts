import type { GraphData } from '@unbraid/data';
import { mean, type RunContext, type Summary } from '@unbraid/experiment';
import { scoreOf } from './heterophily-data.ts';
import { type ContenderName, contenderNames } from './heterophily-models.ts';
import {
  describeGraph,
  type ModelTrial,
  showDifference,
  showMeans,
  summarizeTrials,
  testsOf,
  trainedOf,
  trialsFigure,
  trialsOf,
} from './model-trials.ts';

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
export interface HeterophilyTrial extends ModelTrial<ContenderName> {
  /** Which of `configurationsOf`. */
  readonly configuration: number;
}

/** Mean validation score of a configuration that was tried. */
const validationOf = (tuned: readonly HeterophilyTrial[], model: ContenderName, configuration: number): number =>
  mean(
    trialsOf(tuned, model)
      .filter((trial) => trial.configuration === configuration)
      .map(({ validation }) => validation),
  );

/** The configuration of a model whose mean validation score is highest, the first of equal ones; 0 where none was tried. */
export function chosenOf(tuned: readonly HeterophilyTrial[], model: ContenderName): number {
  const tried = [...new Set(trialsOf(tuned, model).map(({ configuration }) => configuration))];
  return tried.reduce(
    (best, each) => (validationOf(tuned, model, each) > validationOf(tuned, model, best) ? each : best),
    tried[0] ?? 0,
  );
}

/** Mean and standard deviation of each model's test score, and its mean validation score. */
export const summarizeHeterophily = (trials: readonly HeterophilyTrial[]): Summary =>
  summarizeTrials(contenderNames, trials);

interface Results {
  readonly graph: GraphData;
  readonly configurations: readonly Configuration[];
  readonly tuned: readonly HeterophilyTrial[];
  readonly trials: readonly HeterophilyTrial[];
}

type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

export async function reportHeterophily(context: Report, results: Results): Promise<void> {
  const { graph, configurations, tuned, trials } = results;
  const title = `Test ${scoreOf(graph)} on ${graph.name}`;
  const models = trainedOf(contenderNames, trials)
    .map((model) => ({ model, test: mean(testsOf(trials, model)) }))
    .sort((a, b) => b.test - a.test)
    .map(({ model }) => model);
  const best = models[0]!;
  context.table('scores', {
    title,
    caption:
      `${describeGraph(graph)}. Percent, mean and standard deviation over splits and seeds; the difference to the best on the same ` +
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
    rows: models.map((model) => {
      const { learningRate, dropout, depth } = configurations[trialsOf(trials, model)[0]!.configuration]!;
      const { scores, effort } = showMeans(trials, model);
      return [model, ...scores, showDifference(trials, model, best), learningRate, dropout, depth, ...effort];
    }),
  });
  if (tuned.length > 0) tuningTable(context, results);
  await trialsFigure(context, { name: 'scores', title, score: scoreOf(graph), marginLeft: 150 }, trials, models);
}

function tuningTable(context: Report, { graph, configurations, tuned, trials }: Results): void {
  const score = scoreOf(graph);
  context.table('tuning', {
    title: 'Validation of the configurations that were tried',
    caption: `Mean ${score} in percent on validation nodes, with seeds that are not reported.`,
    columns: ['learning rate', 'dropout', 'blocks', ...trainedOf(contenderNames, trials)],
    rows: configurations.map(({ learningRate, dropout, depth }, configuration) => [
      ...[learningRate, dropout, depth],
      ...trainedOf(contenderNames, trials).map((model) => validationOf(tuned, model, configuration).toFixed(2)),
    ]),
  });
}
