import { createMatrix, type Matrix } from '@unbraid/data';
import type { RunContext } from '@unbraid/experiment';
import { fitPreprocessor, type Preprocessor, selectRows, selectTarget } from '@unbraid/table';
import type { CountedUnits } from '../counted-units.ts';
import { type Part, trainingWeights } from './learn/learner.ts';
import { type Answers, type Outputs, selectAnswers } from './scores/answers.ts';
import type { TableSettings } from './settings.ts';
import { preprocessing, type TableSource } from './source.ts';

/** What the parts of a fit share. */
export interface Bench<S extends TableSettings = TableSettings> extends CountedUnits {
  readonly context: RunContext<S>;
  readonly source: TableSource;
}

/** Rows to learn from with what was learned of their columns. */
export interface Encoded {
  readonly part: Part;
  readonly preprocessor: Preprocessor;
}

/** The rows of a fold. */
export interface EncodedFold extends Encoded {
  readonly test: Matrix;
  readonly testAnswers: Answers;
}

/** Some rows of the table, counted from 0, ready to be learned from. */
export function encodeRows({ context, source }: Bench, rows: Int32Array): Encoded {
  const { settings, seed } = context;
  const { preprocessor, x } = fitPreprocessor(selectRows(source.table, rows), {
    ...preprocessing(settings, seed),
    inputs: source.inputs,
    target: selectTarget(source.target, rows),
  });
  const answers = selectAnswers(source.answers, rows);
  const weights = trainingWeights(answers, settings.classWeights === 'balanced');
  return { preprocessor, part: { x, answers, weights } };
}

/** A fold's rows, by what its training rows teach of the columns. */
export function encodeFold(bench: Bench, fold: number): EncodedFold {
  const { train, test } = bench.source.folds[fold]!;
  const encoded = encodeRows(bench, train);
  return {
    ...encoded,
    test: featuresOf(encoded.preprocessor, bench.source, test),
    testAnswers: selectAnswers(bench.source.answers, test),
  };
}

/** Features of some rows, which hold nothing that wasn't looked at when the run began. */
export const featuresOf = (preprocessor: Preprocessor, { table }: TableSource, rows: Int32Array): Matrix =>
  preprocessor.transform(selectRows(table, rows), { onUnseen: () => undefined, onExtra: () => undefined });

/** Rows that are tested, fold after fold: what outputs of a cross-validation are of. */
export const testedRows = ({ folds }: TableSource): Int32Array =>
  Int32Array.from(folds.flatMap(({ test }) => [...test]));

/** Outputs of one fold below those of the other. */
export function joined(parts: readonly Outputs[]): Outputs {
  const cols = parts[0]!.cols;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const all = createMatrix(rows, cols);
  let at = 0;
  for (const part of parts) {
    all.data.set(part.data, at);
    at += part.data.length;
  }
  return all;
}
