import type { Answers, Outputs } from './answers.ts';
import { type ScoreName, scorerOf } from './sums.ts';

/** By what importance is measured: R² falls, or the log loss, which tells more than accuracy, rises. */
export const importanceScore = (task: Answers['task']): ScoreName => (task === 'regression' ? 'r2' : 'logLoss');

/** How good outputs are by it: higher is better. */
export function goodness(answers: Answers, outputs: Outputs): number {
  const { names, scores } = scorerOf(answers, outputs);
  const name = importanceScore(answers.task);
  const value = scores(undefined)[names.indexOf(name)]!;
  return name === 'r2' ? value : -value;
}
