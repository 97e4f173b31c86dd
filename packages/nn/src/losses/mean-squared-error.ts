import { mul, reduceMean, sub, type Tensor } from '@unbraid/graph';
import { checkSameShape } from './loss.ts';

/** The mean of (prediction − target)² over all entries. */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  checkSameShape('meanSquaredError', prediction, target);
  const residual = sub(prediction, target);
  return reduceMean(mul(residual, residual));
}
