import type { Scalars } from '@unbraid/experiment';
import type { Bench } from './bench.ts';
import type { Choice } from './method.ts';
import type { Compared } from './scores/compared.ts';
import { meanings } from './scores/names.ts';
import type { TableSettings } from './settings.ts';

const plain = {
  task: 'regression or classification',
  scoreName: 'What score is: r2 (R², 1 is perfect, 0 the mean) or accuracy (share of rows whose class is right)',
  score: 'Cross-validated: each row is predicted by a model that was not trained on it',
  scoreLower: 'lower end of its interval of 95% confidence, by the bootstrap over rows',
  scoreUpper: 'upper end',
  baselineScore: 'The same of ridge regression, or logistic regression: the linear model, tuned the same way',
  constantScore: 'The same without looking: the mean, or the most frequent class',
  mlpScore: 'The same of a network of ReLU layers, its learning rate tuned and stopped early',
  rows: 'Rows with a target, all of which the saved model is learned from',
  columns: 'Columns that it is learned from',
  folds: 'Parts of the rows in cross-validation',
  features: 'Numbers that these become',
};

/** What results mean, of a method that is compared with these. */
export function meaningsOf(baselines: readonly { readonly key: string }[]): Record<string, string> {
  const keys = new Set([...baselines.map(({ key }) => key), 'constantScore']);
  const scores = Object.entries(plain).filter(
    ([key]) => !['baselineScore', 'mlpScore', 'constantScore'].includes(key) || keys.has(key),
  );
  const others = Object.entries(meanings)
    .filter(([name]) => name !== 'r2' && name !== 'accuracy')
    .map(([name, { meaning }]) => [name, meaning]);
  return { ...Object.fromEntries(scores), ...Object.fromEntries(others) };
}

/** The flat results of a fit. */
export function summaryOf<S extends TableSettings>(
  { source }: Bench<S>,
  choice: Choice,
  compared: readonly Compared[],
  features: number,
): Scalars {
  const [own, ...others] = compared;
  const [main, ...rest] = own!.scores;
  return {
    task: source.answers.task,
    scoreName: main!.name,
    score: main!.value,
    scoreLower: main!.lower,
    scoreUpper: main!.upper,
    ...Object.fromEntries(others.map(({ key, scores }) => [key, scores[0]!.value])),
    ...Object.fromEntries(rest.map(({ name, value }) => [name, value])),
    ...choice.summary,
    rows: source.table.rows,
    columns: source.inputs.length,
    features,
    folds: source.folds.length,
  };
}
