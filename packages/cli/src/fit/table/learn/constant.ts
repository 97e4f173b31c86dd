import { createMatrix } from '@unbraid/data';
import type { Answers, Outputs } from '../scores/answers.ts';

/** The weighted mean of the training rows, or the share of each class, for each of `rows` rows: what can be said without looking. */
export function constantOutputs(answers: Answers, rows: number): Outputs {
  const weightOf = (i: number) => (answers.weights === undefined ? 1 : answers.weights[i]!);
  const means = new Float64Array(answers.task === 'regression' ? 1 : answers.classes.length);
  let all = 0;
  if (answers.task === 'regression')
    answers.values.forEach((value, i) => {
      all += weightOf(i);
      means[0]! += weightOf(i) * value;
    });
  else
    answers.labels.forEach((label, i) => {
      all += weightOf(i);
      means[label]! += weightOf(i);
    });
  const outputs = createMatrix(rows, means.length);
  for (let i = 0; i < outputs.data.length; i++) outputs.data[i] = means[i % means.length]! / all;
  return outputs;
}
