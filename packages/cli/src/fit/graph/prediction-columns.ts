import type { Column } from '@unbraid/table';
import type { Answer } from './answers.ts';
import { classesIn } from './scores.ts';

/** Probabilities of classes or of labels, [nodes, classes], from 0 to 1. */
export function probabilitiesOf({ model: { task }, outputs }: Answer, classes: number): Float64Array {
  if (task === 'classification') return softmax(outputs, classes);
  const there = Float64Array.from(outputs, (logit) => 1 / (1 + Math.exp(-logit)));
  return task === 'binary'
    ? Float64Array.from({ length: 2 * there.length }, (_, at) => (at % 2 === 1 ? there[at >> 1]! : 1 - there[at >> 1]!))
    : there;
}

function softmax(logits: Float32Array, classes: number): Float64Array {
  const out = Float64Array.from(logits);
  for (let at = 0; at < out.length; at += classes) {
    const row = out.subarray(at, at + classes);
    const top = Math.max(...row);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += row[k] = Math.exp(row[k]! - top);
    for (let k = 0; k < classes; k++) row[k]! /= sum;
  }
  return out;
}

/**
 * What is written of some rows: the class and the probability of each; of labels whether each is there, and its probability; or quantities. With one
 * quantity its column is `prediction`, with several labels or quantities `prediction_NAME`.
 */
export function predictionColumns(answer: Answer, rows: Int32Array): Column[] {
  const { model, outputs } = answer;
  const { task, classes } = model;
  const count = classes.length;
  const numbers = (name: string, values: ArrayLike<number>, d: number, cols = count): Column => ({
    ...{ name, kind: 'number' },
    values: Float64Array.from(rows, (row) => values[row * cols + d]!),
  });
  if (task === 'regression')
    return classes.map((name, d) => numbers(count === 1 ? 'prediction' : `prediction_${name}`, outputs, d));
  const probabilities = probabilitiesOf(answer, count);
  const likely = classes.map((name, k) => numbers(`probability_${name}`, probabilities, k));
  if (task === 'multilabel') {
    const there = outputs.map((logit) => Number(logit > 0));
    return [...classes.map((name, d) => numbers(`prediction_${name}`, there, d)), ...likely];
  }
  const predicted = classesIn(outputs, { task, names: classes });
  const codes = Int32Array.from(rows, (row) => predicted[row]!);
  return [{ name: 'prediction', kind: 'text', codes, levels: classes }, ...likely];
}
