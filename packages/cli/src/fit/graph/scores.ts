import { mean } from '@unbraid/experiment';
import { createRandom } from '@unbraid/kernels';
import { maeScore, r2Score, rocAucScore } from '@unbraid/nn';
import { middle } from '../table/scores/intervals.ts';
import { largest, meanF1 } from '../table/scores/sums.ts';
import { wilson } from '../table/scores/wilson.ts';
import { student } from './student.ts';
import { type NodeTargets, outputsOf } from './targets.ts';

/** A model's scores on test nodes. */
export interface Scores {
  /** Accuracy, ROC AUC or R², of each split. */
  readonly values: readonly number[];
  /** Their mean. */
  readonly score: number;
  /** Interval of 95% confidence. */
  readonly lower: number;
  readonly upper: number;
  /** Mean of F1 over the classes that test nodes have or get, those of all splits together; without labels and quantities. */
  readonly macroF1?: number;
  /** The part of the nodes, or of their labels, that is right, from 0 to 1: mean over splits; of two classes and of labels. */
  readonly accuracy?: number;
  /** Mean over splits and quantities, each in its own unit. */
  readonly meanAbsoluteError?: number;
  /** [class, predicted class]: test nodes of all splits; without labels and quantities. */
  readonly confusion?: Float64Array;
}

/** What a model gives for test nodes: [nodes, outputs], logits or quantities. */
export interface Answered {
  readonly test: Int32Array;
  readonly outputs: Float32Array;
}

/**
 * @param answered of each split
 * @param isFixed whether the test nodes of all splits are the same, so that the interval has to be that of their number
 */
export function scoresOf(answered: readonly Answered[], targets: NodeTargets, isFixed: boolean): Scores {
  const values = answered.map((each) => scoreOf(each, targets));
  const score = mean(values);
  const ofNodes = isFixed || values.length < 2;
  const interval = ofNodes
    ? intervalOf(answered, targets, score)
    : student(values, targets.task === 'regression' ? Number.NEGATIVE_INFINITY : 0);
  return { values, score, ...interval, ...othersOf(answered, targets) };
}

/** The class that is the likeliest of each node. */
export function classesIn(outputs: Float32Array, targets: Pick<NodeTargets, 'task' | 'names'>): Int32Array {
  if (targets.task === 'binary') return Int32Array.from(outputs, (logit) => Number(logit > 0));
  const cols = outputsOf(targets);
  return largest(outputs, outputs.length / cols, cols);
}

/** Accuracy, ROC AUC (of labels their mean) or R² (of quantities their mean). */
function scoreOf(answered: Answered, targets: NodeTargets): number {
  const { labels } = targets;
  if (targets.task === 'classification') return partRight(answered, targets, labels!);
  return mean(targetScores(answered, targets).filter((score) => !Number.isNaN(score)));
}

function partRight({ test, outputs }: Answered, targets: NodeTargets, labels: Int32Array): number {
  const predicted = classesIn(outputs, targets);
  return test.reduce((right, node, at) => right + Number(labels[node] === predicted[at]), 0) / test.length;
}

/** What is known of a target, and what a model gives for these nodes. */
function pairsOf({ test, outputs }: Answered, { labels, values }: NodeTargets, d: number, cols: number) {
  const [truth, given]: [number[], number[]] = [[], []];
  for (const [at, node] of test.entries()) {
    const value = labels ? labels[node]! : values![node * cols + d]!;
    if (Number.isNaN(value)) continue;
    truth.push(value);
    given.push(outputs[at * cols + d]!);
  }
  return { truth, given };
}

/** The score of each output: R², or ROC AUC, which is NaN where all nodes are alike. */
export function targetScores(answered: Answered, targets: NodeTargets): number[] {
  const cols = outputsOf(targets);
  return Array.from({ length: cols }, (_, d) => {
    const { truth, given } = pairsOf(answered, targets, d, cols);
    if (targets.task === 'regression') return truth.length === 0 ? Number.NaN : r2Score(truth, given);
    return truth.includes(0) && truth.includes(1) ? rocAucScore(truth, given) : Number.NaN;
  });
}

/** Of each output the part that is right, or the mean absolute error; NaN where nothing is known. */
export function targetErrors(answered: Answered, targets: NodeTargets): number[] {
  const cols = outputsOf(targets);
  return Array.from({ length: cols }, (_, d) => {
    const { truth, given } = pairsOf(answered, targets, d, cols);
    if (truth.length === 0) return Number.NaN;
    if (targets.task === 'regression') return maeScore(truth, given);
    return mean(truth.map((value, at) => Number(given[at]! > 0 === (value === 1))));
  });
}

function othersOf(answered: readonly Answered[], targets: NodeTargets) {
  const { task, names, labels } = targets;
  const errors = () => mean(answered.map((each) => mean(targetErrors(each, targets).filter((x) => !Number.isNaN(x)))));
  if (task === 'regression') return { meanAbsoluteError: errors() };
  if (!labels) return { accuracy: errors() };
  const confusion = new Float64Array(names.length ** 2);
  for (const { test, outputs } of answered) {
    const predicted = classesIn(outputs, targets);
    for (const [at, node] of test.entries()) confusion[labels[node]! * names.length + predicted[at]!]!++;
  }
  return { ...(task === 'binary' && { accuracy: errors() }), macroF1: macroF1(confusion, names.length), confusion };
}

/** Nodes that are drawn in all for an interval, beside which the number of resampled sets is chosen. */
const DRAWN = 5e6;

/**
 * Wilson's of an accuracy; of other scores the middle 95% of the means over trainings on test nodes that are drawn with replacement (Efron and Tibshirani 1993,
 * chapter 13). All are of the same test nodes.
 */
function intervalOf(answered: readonly Answered[], targets: NodeTargets, score: number) {
  const { test } = answered[0]!;
  if (targets.task === 'classification') return wilson(score, test.length);
  const random = createRandom(0).split('bootstrap');
  const sets = Math.round(Math.min(500, Math.max(100, DRAWN / (test.length * answered.length))));
  const found = Float64Array.from({ length: sets }, (_, s) => {
    const stream = random.split(s);
    const drawn = Int32Array.from(test, () => stream.int(test.length));
    return mean(answered.map((each) => scoreOf(selected(each, drawn), targets)));
  });
  return middle(found);
}

/** What is given for some of the test nodes, by their places. */
function selected({ test, outputs }: Answered, places: Int32Array): Answered {
  const cols = outputs.length / test.length;
  const rows = new Float32Array(places.length * cols);
  for (const [i, at] of places.entries()) rows.set(outputs.subarray(at * cols, (at + 1) * cols), i * cols);
  return { test: places.map((at) => test[at]!), outputs: rows };
}

/** What would come of always saying what is usual among the training nodes: the most frequent class, each label as it is mostly, the mean of each quantity. */
export function usualOf(
  splits: readonly { readonly train: Int32Array; readonly test: Int32Array }[],
  targets: NodeTargets,
): Answered[] {
  return splits.map(({ train, test }) => {
    const row = usualRow(train, targets);
    return { test, outputs: Float32Array.from({ length: test.length * row.length }, (_, at) => row[at % row.length]!) };
  });
}

function usualRow(train: Int32Array, targets: NodeTargets): number[] {
  const { task, labels, values, names } = targets;
  const cols = outputsOf(targets);
  if (task === 'classification') {
    const counts = new Int32Array(cols);
    for (const node of train) counts[labels![node]!]!++;
    const top = counts.indexOf(Math.max(...counts));
    return names.map((_, k) => Number(k === top));
  }
  return Array.from({ length: cols }, (_, d) => {
    const known = Array.from(train, (node) => (labels ? labels[node]! : values![node * cols + d]!)).filter(
      (value) => !Number.isNaN(value),
    );
    const usual = known.length === 0 ? 0 : mean(known);
    return task === 'regression' ? usual : usual - 0.5;
  });
}

/** Precision, recall and F1 of a class, and how many nodes are of it; 0 where none is. */
export function classScores(confusion: Float64Array, classes: number, k: number) {
  let [row, column] = [0, 0];
  for (let j = 0; j < classes; j++) {
    row += confusion[k * classes + j]!;
    column += confusion[j * classes + k]!;
  }
  const right = confusion[k * classes + k]!;
  return {
    precision: column === 0 ? 0 : right / column,
    recall: row === 0 ? 0 : right / row,
    f1: row + column === 0 ? 0 : (2 * right) / (row + column),
    count: row,
  };
}

function macroF1(confusion: Float64Array, classes: number): number {
  const [hits, truths, claims] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
  for (const [at, count] of confusion.entries()) {
    const [truth, claim] = [Math.floor(at / classes), at % classes];
    truths[truth]! += count;
    claims[claim]! += count;
    if (truth === claim) hits[truth]! += count;
  }
  return meanF1(hits, truths, claims);
}
