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

function sizesOf({ folds, answers }: TableSource): number[] {
  const all = folds[0]!.train.length;
  const least = answers.task === 'classification' ? Math.max(FEWEST, 5 * answers.classes.length) : FEWEST;
  const sizes = SHARES.map((share) => Math.round(share * all)).filter((size) => size >= least || size === all);
  return [...new Set(sizes)];
}

export const curveParts = (source: TableSource): number => sizesOf(source).length;

/** Learns from more and more of the first fold's training rows, drawn at random, with the settings that were chosen. */
export async function learningCurve(bench: Bench, method: string, learner: Learner): Promise<Curve> {
  const { context, source, tell } = bench;
  const { train, test } = source.folds[0]!;
  const order = createRandom(context.seed).split('learning curve').permutation(train.length);
  const points: CurvePoint[] = [];
  let held: PreparedModel | undefined;
  for (const size of sizesOf(source)) {
    const doing = `learning curve, ${size} rows`;
    tell(doing);
    const isLast = size === train.length;
    const made = await context.unit(doing, async () => {
      const rows = order
        .slice(0, size)
        .map((at) => train[at]!)
        .sort();
      // Some at random: a file is often sorted, and its first rows are of one kind.
      const scored = order.slice(0, Math.min(size, MOST_SCORED)).map((at) => train[at]!);
      const { part, preprocessor } = encodeRows(bench, rows);
      const options = {
        seed: context.seed,
        signal: context.signal,
        tell: (detail: string) => tell(`${doing}: ${detail}`),
      };
      const model = await learner.learn(part, options);
      const opened = await openModel(method, source.answers.task, model);
      try {
        const scoreOn = async (at: Int32Array) =>
          scoreOf(selectAnswers(source.answers, at), await opened.outputs(featuresOf(preprocessor, source, at)));
        const [training, tested] = [await scoreOn(scored), await scoreOn(test)];
        context.log({ part: 'learning curve', rows: size, training, tested });
        const kept = isLast ? { model, preprocessor: JSON.stringify(preprocessor) } : undefined;
        return { point: { rows: size, training, tested }, kept };
      } finally {
        await opened.release();
      }
    });
    points.push(made.point);
    held = made.kept ?? held;
    tell(doing, true);
  }
  return { points, model: held! };
}

const scoreOf = (answers: Answers, outputs: Outputs): number => scorerOf(answers, outputs).scores(undefined)[0]!;
