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

/** What a batch gives to be measured. */
export interface Measured {
  readonly prediction: Tensor;
  readonly target: Tensor;
  /** Of the rows, in the loss alone. */
  readonly weights?: Tensor | undefined;
}

/** Each function's value for a batch, by name; weights count in the loss. @throws {ShapeError} for one that is no scalar */
export const scoreTensors = (functions: Metrics, { prediction, target, weights }: Measured): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(functions).map(([name, f]) => {
      const value = name === 'loss' && weights ? f(prediction, target, weights) : f(prediction, target);
      return [name, checkScalar(name, value)];
    }),
  );

/** @throws {ShapeError} unless `value` is a float32 scalar, which is returned */
export function checkScalar(name: string, value: Tensor): Tensor {
  if (value.shape.length === 0 && value.dtype === 'float32') return value;
  throw new ShapeError(
    `nn: ${name} gives ${value.dtype} ${showShape(value.shape)}; a float32 scalar is needed, sum or average it first`,
  );
}

/** Means over batches of different sizes, added up as they come. */
export interface Tally {
  /** Adds the scores of a batch of `rows` rows, in the order of the names; the first, the loss, counts `weight` rows. */
  add(scores: ArrayLike<number>, rows: number, weight: number): void;
  /** Means of what was added since the last `take`. */
  means(): Scores;
  /** The same, and begins anew. */
  take(): Scores;
  /** Sums so far, for a checkpoint. */
  state(): TallyState;
  restore(state: TallyState): void;
}

export interface TallyState {
  readonly rows: number;
  /** What the rows count in the loss. */
  readonly weight: number;
  readonly sums: readonly number[];
}

export function createTally(names: readonly string[]): Tally {
  const sums = names.map(() => 0);
  let rows = 0;
  let weight = 0;
  const means = () =>
    Object.fromEntries(names.map((name, i) => [name, sums[i]! / (i === 0 ? weight : rows)])) as Scores;
  return {
    add(scores, count, counted) {
      sums[0]! += scores[0]! * counted;
      for (let i = 1; i < sums.length; i++) sums[i]! += scores[i]! * count;
      rows += count;
      weight += counted;
    },
    means,
    take() {
      const taken = means();
      sums.fill(0);
      rows = 0;
      weight = 0;
      return taken;
    },
    state: () => ({ rows, weight, sums: [...sums] }),
    restore(state) {
      rows = state.rows;
      weight = state.weight;
      names.forEach((_, i) => {
        sums[i] = state.sums[i]!;
      });
    },
  };
}
