import type { Summary } from '@unbraid/experiment';
import type { Findings } from './findings.ts';
import type { GraphSource } from './source.ts';

/** What each entry of the summary means. */
export const summary = {
  task: 'What is predicted: classification, binary, multilabel or regression',
  model: 'What was trained and saved',
  score:
    'Accuracy, ROC AUC (of two classes and of labels) or R² (of quantities) on test nodes: mean over the splits, each with the settings that its validation nodes chose',
  scoreLower: 'lower end of its interval of 95% confidence',
  scoreUpper: 'upper end',
  accuracy: 'Part of the test nodes, or of their labels, that is right: of two classes, and of labels',
  macroF1: 'mean over classes of F1 on test nodes',
  meanAbsoluteError: 'mean absolute error of quantities on test nodes, in their own units',
  baseline: 'The best of what it was compared with, by the same score',
  baselineScore: 'its score',
  majority: 'Score of always saying the most frequent class, or the mean',
  rows: 'Nodes',
  labelled: 'of them with a target',
  edges: 'Edges, each counted once',
  columns: 'Columns of the nodes that were learned from',
  features: 'Features that these became',
  classes: 'Classes, labels or quantities',
  homophily: 'Part of the edges between labelled nodes whose classes are the same',
  seconds: 'Time of the run, s',
};

/** What a fit comes to, in numbers. */
export function summaryOf({ source, settings: s, compared, majority: most, features }: Findings): Summary {
  const [own, ...others] = compared as readonly [Findings['compared'][number], ...Findings['compared']];
  const { score, lower, upper, accuracy, macroF1, meanAbsoluteError } = own.scores;
  const rivals: [string, number][] = others.map(({ model, scores }) => [model, scores.score]);
  if (s.baselines.includes('majority')) rivals.push(['majority', most.score]);
  const best = rivals.reduce<[string, number] | undefined>(
    (top, each) => (top && top[1] >= each[1] ? top : each),
    undefined,
  );
  const { task, names, labels } = source.targets;
  return {
    task,
    model: s.model,
    score: round(score),
    scoreLower: round(lower),
    scoreUpper: round(upper),
    ...(accuracy !== undefined && { accuracy: round(accuracy) }),
    ...(macroF1 !== undefined && { macroF1: round(macroF1) }),
    ...(meanAbsoluteError !== undefined && { meanAbsoluteError: Number(meanAbsoluteError.toPrecision(6)) }),
    ...(best && { baseline: best[0], baselineScore: round(best[1]) }),
    majority: round(most.score),
    rows: source.table.rows,
    labelled: source.strata.reduce((count, stratum) => count + Number(stratum >= 0), 0),
    edges: source.edges,
    columns: source.inputs.length,
    features,
    classes: names.length,
    ...(labels && { homophily: round(homophilyOf(source.adjacency, labels)) }),
  };
}

const round = (value: number): number => Number(value.toFixed(4));

function homophilyOf({ rows, starts, columns }: GraphSource['adjacency'], labels: Int32Array): number {
  let [known, same] = [0, 0];
  for (let i = 0; i < rows; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const other = labels[columns[e]!]!;
      if (labels[i]! < 0 || other < 0) continue;
      known++;
      same += Number(other === labels[i]);
    }
  }
  return known === 0 ? Number.NaN : same / known;
}
