import { mul, sub, type Tensor } from '@unbraid/graph';
import { checkSameShape, meanOf } from './loss.ts';

/** The mean of (prediction − target)² over all entries. @param weights of the rows: Σ w·(mean of the row) / Σ w */
export function meanSquaredError(prediction: Tensor, target: Tensor, weights?: Tensor): Tensor {
  checkSameShape('meanSquaredError', prediction, target);
  const residual = sub(prediction, target);
  return meanOf(mul(residual, residual), weights);
}
