import { abs, sub, type Tensor } from '@unbraid/graph';
import { checkSameShape, meanOf } from './loss.ts';

/** The mean of |prediction − target| over all entries: a loss or a metric. @param weights of the rows: Σ w·(mean of the row) / Σ w */
export function meanAbsoluteError(prediction: Tensor, target: Tensor, weights?: Tensor): Tensor {
  checkSameShape('meanAbsoluteError', prediction, target);
  return meanOf(abs(sub(prediction, target)), weights);
}
