import type { GraphData } from '@unbraid/data';
import { deviation, hundredths, mean, palette, type RunContext, type Summary } from '@unbraid/experiment';
import type { Scored } from './scored-fit.ts';

/** One training of one of several models; scores in percent. */
export interface ModelTrial<M extends string> extends Scored {
  readonly model: M;
  /** The split and the seed. */
  readonly run: number;
}

/** The trainings of a model. */
export const trialsOf = <M extends string, T extends ModelTrial<M>>(trials: readonly T[], model: M): T[] =>
  trials.filter((trial) => trial.model === model);

/** Their test scores. */
export const testsOf = <M extends string>(trials: readonly ModelTrial<M>[], model: M): number[] =>
  trialsOf(trials, model).map(({ test }) => test);

/** The models that were trained, in the order of `names`. */
export const trainedOf = <M extends string>(names: readonly M[], trials: readonly ModelTrial<M>[]): M[] =>
  names.filter((model) => trials.some((trial) => trial.model === model));

/** Mean and standard deviation of each model's test score, and its mean validation score. */
export const summarizeTrials = <M extends string>(names: readonly M[], trials: readonly ModelTrial<M>[]): Summary =>
  Object.fromEntries(
    trainedOf(names, trials).flatMap((model) => {
      const tests = testsOf(trials, model);
      return [
        [model, hundredths(mean(tests))],
        [`${model}Std`, hundredths(deviation(tests))],
        [`${model}Validation`, hundredths(mean(trialsOf(trials, model).map(({ validation }) => validation)))],
      ];
    }),
  );

/** Mean and standard error of a model's test score less another's, trained on the same splits and seeds. */
export function pairedDifference<M extends string>(
  trials: readonly ModelTrial<M>[],
  model: M,
  other: M,
): { mean: number; error: number } {
  const [a, b] = [testsOf(trials, model), testsOf(trials, other)];
  const differences = a.map((test, i) => test - b[i]!);
  return { mean: mean(differences), error: deviation(differences) / Math.sqrt(differences.length) };
}

/** A paired difference as tables have it, nothing of a model to itself. */
export function showDifference<M extends string>(trials: readonly ModelTrial<M>[], model: M, other: M): string {
  if (model === other) return '';
  const { mean: difference, error } = pairedDifference(trials, model, other);
  return `${difference >= 0 ? '+' : '−'}${Math.abs(difference).toFixed(2)} ± ${error.toFixed(2)}`;
}

/** What of a model's trainings tables have: means of the test score, its deviation and the validation score; and of the epoch and seconds. */
export function showMeans<M extends string>(trials: readonly ModelTrial<M>[], model: M) {
  const own = trialsOf(trials, model);
  const tests = testsOf(trials, model);
  return {
    scores: [
      mean(tests).toFixed(2),
      deviation(tests).toFixed(2),
      mean(own.map(({ validation }) => validation)).toFixed(2),
    ],
    effort: [mean(own.map(({ epoch }) => epoch)).toFixed(0), mean(own.map(({ seconds }) => seconds)).toFixed(1)],
  };
}

/** How large a graph is, and what is to be known of it, as captions begin. */
export const describeGraph = ({ labels, report, features, classes, notes }: GraphData): string =>
  `${labels.length} nodes, ${report.edges} edges, ${features.cols} features, ${classes} classes` +
  `${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;

/** What a figure of trainings is called and how wide the names of its models are. */
interface Labels {
  readonly name: string;
  readonly title: string;
  /** Of what is measured: `accuracy`. */
  readonly score: string;
  readonly marginLeft: number;
}

/** A figure of the test scores of all trainings, model by model. */
export function trialsFigure<M extends string>(
  context: Pick<RunContext<unknown>, 'figure'>,
  { name, title, score, marginLeft }: Labels,
  trials: readonly ModelTrial<M>[],
  models: readonly M[],
): Promise<void> {
  const means = models.map((model) => ({ model, test: mean(testsOf(trials, model)) }));
  return context.figure(name, {
    title,
    caption: 'Each dot is one training; a bar is the mean of a model.',
    plot: (Plot) => ({
      marginLeft,
      x: { label: `test ${score} in percent`, nice: true, grid: true },
      y: { label: null, domain: models },
      marks: [
        Plot.dot(trials, { x: 'test', y: 'model', fill: palette[0], fillOpacity: 0.45, r: 4 }),
        Plot.tickX(means, { x: 'test', y: 'model', stroke: palette[1], strokeWidth: 4, insetTop: 4, insetBottom: 4 }),
      ],
    }),
  });
}
