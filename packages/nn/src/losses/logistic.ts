import { mul, neg, softplus, type Tensor } from '@unbraid/graph';
import { checkSameShape, meanOf } from './loss.ts';

/**
 * The mean over all entries of log(1 + exp(−y·f)), f the predictions and y targets of −1 or 1; large |f| don't overflow.
 * @param weights of the rows: Σ w·(mean of the row) / Σ w
 */
export function logistic(prediction: Tensor, target: Tensor, weights?: Tensor): Tensor {
  checkSameShape('logistic', prediction, target);
  return meanOf(softplus(neg(mul(prediction, target))), weights);
}
