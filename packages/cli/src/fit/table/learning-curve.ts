import { createRandom } from '@unbraid/kernels';
import { type Bench, encodeRows, featuresOf } from './bench.ts';
import type { Learner } from './learn/learner.ts';
import type { PreparedModel } from './model/form.ts';
import { openModel } from './model/open.ts';
import { type Answers, type Outputs, selectAnswers } from './scores/answers.ts';
import { scorerOf } from './scores/sums.ts';
import type { TableSource } from './source.ts';

/** How well the method does that learned from so many rows of the first fold. */
export interface CurvePoint {
  readonly rows: number;
  /** The main score on the rows that it learned from, */
  readonly training: number;
  /** and on the fold's tested rows. */
  readonly tested: number;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  /** Learned from all training rows of the first fold, with what makes its features. */
  readonly model: PreparedModel;
}

const SHARES = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1] as const;
const FEWEST = 20;
/** Rows of training that its score is measured on. */
const MOST_SCORED = 5000;

/** Numbers of rows that it learns from. */
export function curveSizes({ folds, answers }: TableSource): number[] {
  const all = folds[0]!.train.length;
  const least = answers.task === 'classification' ? Math.max(FEWEST, 5 * answers.classes.length) : FEWEST;
  const sizes = SHARES.map((share) => Math.round(share * all)).filter((size) => size >= least || size === all);
  return [...new Set(sizes)];
}

/** A point of the curve, and the model where it learned from all rows. */
export interface CurveFit {
  readonly point: CurvePoint;
  readonly kept: PreparedModel | undefined;
}

/** Learns from so many of the first fold's training rows, drawn at random, with the settings that were chosen. More rows are the fewer ones and others. */
export async function curveFit(bench: Bench, method: string, learner: Learner, size: number): Promise<CurveFit> {
  const { context, source, tell } = bench;
  const { seed, signal } = context;
  const { train, test } = source.folds[0]!;
  const order = createRandom(seed).split('learning curve').permutation(train.length);
  const rows = order
    .slice(0, size)
    .map((at) => train[at]!)
    .sort();
  // Some at random: a file is often sorted, and its first rows are of one kind.
  const scored = order.slice(0, Math.min(size, MOST_SCORED)).map((at) => train[at]!);
  const { part, preprocessor } = encodeRows(bench, rows);
  const model = await learner.learn(part, { seed, signal, tell });
  const opened = await openModel(method, source.answers.task, model);
  try {
    const scoreOn = async (at: Int32Array) =>
      scoreOf(selectAnswers(source.answers, at), await opened.outputs(featuresOf(preprocessor, source, at)));
    const [training, tested] = [await scoreOn(scored), await scoreOn(test)];
    context.log({ part: 'learning curve', rows: size, training, tested });
    const kept = size === train.length ? { model, preprocessor: JSON.stringify(preprocessor) } : undefined;
    return { point: { rows: size, training, tested }, kept };
  } finally {
    await opened.release();
  }
}

/** The curve of fits of all sizes. */
export const curveOf = (fits: readonly CurveFit[]): Curve => ({
  points: fits.map(({ point }) => point),
  model: fits.find(({ kept }) => kept !== undefined)!.kept!,
});

const scoreOf = (answers: Answers, outputs: Outputs): number => scorerOf(answers, outputs).scores(undefined)[0]!;
