import { div, maximum, mul, reduceMean, reduceSum, ShapeError, type Tensor } from '@unbraid/graph';

/**
 * A scalar for a batch, the mean over its rows, so that the value for a set of batches is the mean weighted by their rows.
 * `prediction` is the model's output; `target` is int32 `[rows]` for labels, or float32 `[rows, width]`. `weights`, float32 `[rows]`, are there
 * where data have weights: then it is Σ w·loss / Σ w over the batch's rows, which is how PyTorch normalizes by class weights. A loss that takes two
 * arguments can't be weighted.
 */
export type Loss = (prediction: Tensor, target: Tensor, weights?: Tensor) => Tensor;

/** The least that a sum of weights counts as, so that a batch of weights 0 gives 0 and not 0/0. */
const LEAST_WEIGHT = 1e-30;

/** The mean of all entries of `values` `[rows, …]`, or Σ w·(mean of the row) / Σ w with weights `[rows]`. */
export function meanOf(values: Tensor, weights?: Tensor): Tensor {
  if (weights === undefined) return reduceMean(values);
  const axes = values.shape.map((_, axis) => axis).slice(1);
  const rows = axes.length > 0 ? reduceMean(values, { axes }) : values;
  return weightedMean(rows, weights);
}

/** Σ w·value / Σ w of one value a row. */
export const weightedMean = (rows: Tensor, weights: Tensor): Tensor =>
  div(reduceSum(mul(rows, weights)), maximum(reduceSum(weights), LEAST_WEIGHT));

/** @throws {ShapeError} unless targets have the shape of predictions */
export function checkSameShape(loss: string, prediction: Tensor, target: Tensor): void {
  const [p, t] = [prediction, target].map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`);
  if (p !== t) throw new ShapeError(`nn: ${loss} takes targets like the predictions, ${p}; they are ${t}`);
}

/** @throws {ShapeError} unless there are rows of scores, and an int32 label for each row */
export function checkLabels(loss: string, prediction: Tensor, target: Tensor): void {
  const [rows, classes] = prediction.shape;
  if (classes === undefined || target.dtype !== 'int32' || target.shape.length !== 1 || target.shape[0] !== rows) {
    throw new ShapeError(
      `nn: ${loss} takes scores [rows, classes] and int32 labels [rows]; the scores are [${prediction.shape.join(', ')}], ` +
        `the labels ${target.dtype} [${target.shape.join(', ')}]`,
    );
  }
}
