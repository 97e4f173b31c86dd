import type { Matrix } from '@unbraid/data';
import type { Answers, Outputs } from '../scores/answers.ts';

/** Rows to learn from. */
export interface Part {
  /** Rows × features. */
  readonly x: Matrix;
  readonly answers: Answers;
  /** What each row counts in learning: its weight, and its class's. */
  readonly weights: Float64Array | undefined;
}

/** How a learner is called. */
export interface LearnOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of what is going on: `epoch 12`. */
  tell(detail: string): void;
}

/** A trained model that is ready. */
export interface Opened {
  /** Probabilities of the classes, or the quantity. */
  outputs(x: Matrix): Promise<Outputs>;
  release(): Promise<void>;
  /** What was wrong with its training, a line each. */
  readonly warnings?: readonly string[];
}

/** A way to learn, with its settings chosen: what the report's parts share whatever the method. */
export interface Learner {
  /** Learns of these rows. @returns a model that `open` opens and that is saved */
  learn(part: Part, options: LearnOptions): Promise<Uint8Array>;
}

/** What rows count in training. */
export function trainingWeights(answers: Answers, isBalanced: boolean): Float64Array | undefined {
  const { weights } = answers;
  if (!isBalanced || answers.task === 'regression') return weights;
  const counts = new Float64Array(answers.classes.length);
  answers.labels.forEach((label, i) => {
    counts[label]! += weights === undefined ? 1 : weights[i]!;
  });
  const all = counts.reduce((a, b) => a + b);
  const present = counts.filter((count) => count > 0).length;
  return Float64Array.from(
    answers.labels,
    (label, i) => ((weights === undefined ? 1 : weights[i]!) * all) / (present * counts[label]!),
  );
}
