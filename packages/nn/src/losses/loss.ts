import { ShapeError, type Tensor } from '@unbraid/graph';

/**
 * A scalar for a batch, the mean over its rows, so that the value for a set of batches is the mean weighted by their rows.
 * `prediction` is the model's output; `target` is int32 `[rows]` for labels, or float32 `[rows, width]`.
 */
export type Loss = (prediction: Tensor, target: Tensor) => Tensor;

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
