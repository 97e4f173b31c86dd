import { InputError } from '@unbraid/checks';
import { ShapeError, type Tensor } from '@unbraid/graph';
import type { Loss } from '../losses/loss.ts';
import { showShape } from '../show-shape.ts';

/** The mean of the loss, and of each metric by name. */
export type Scores = Readonly<Record<string, number>> & { readonly loss: number };

/** What is measured beside the loss; each is a mean over the rows of a batch, as a loss is. */
export type Metrics = Readonly<Record<string, Loss>>;

/** @throws {InputError} for a metric called `loss` */
export function checkMetrics(metrics: Metrics): void {
  if ('loss' in metrics)
    throw new InputError('setting', 'nn: a metric is called loss, which is the name of the loss; call it otherwise');
}

/** Each function's value for a batch, by name. @throws {ShapeError} for one that is no scalar */
export const scoreTensors = (functions: Metrics, prediction: Tensor, target: Tensor): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, checkScalar(name, f(prediction, target))]));

/** @throws {ShapeError} unless `value` is a float32 scalar, which is returned */
export function checkScalar(name: string, value: Tensor): Tensor {
  if (value.shape.length === 0 && value.dtype === 'float32') return value;
  throw new ShapeError(
    `nn: ${name} gives ${value.dtype} ${showShape(value.shape)}; a float32 scalar is needed, sum or average it first`,
  );
}

/** Means over batches of different sizes, added up as they come. */
export interface Tally {
  /** Adds the scores of a batch of `rows` rows, in the order of the names. */
  add(scores: ArrayLike<number>, rows: number): void;
  /** Means of what was added since the last call. */
  take(): Scores;
  readonly rows: number;
  /** Sums so far, for a checkpoint. */
  state(): { readonly rows: number; readonly sums: readonly number[] };
  restore(state: { readonly rows: number; readonly sums: readonly number[] }): void;
}

export function createTally(names: readonly string[]): Tally {
  const sums = names.map(() => 0);
  let rows = 0;
  return {
    add(scores, count) {
      for (let i = 0; i < sums.length; i++) sums[i]! += scores[i]! * count;
      rows += count;
    },
    take() {
      const means = Object.fromEntries(names.map((name, i) => [name, sums[i]! / rows]));
      sums.fill(0);
      rows = 0;
      return means as Scores;
    },
    get rows() {
      return rows;
    },
    state: () => ({ rows, sums: [...sums] }),
    restore(state) {
      rows = state.rows;
      names.forEach((_, i) => {
        sums[i] = state.sums[i]!;
      });
    },
  };
}
