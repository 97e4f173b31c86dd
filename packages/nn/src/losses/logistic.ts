import { mul, neg, reduceMean, softplus, type Tensor } from '@unbraid/graph';
import { checkSameShape } from './loss.ts';

/** The mean over all entries of log(1 + exp(−y·f)), f the predictions and y targets of −1 or 1; large |f| don't overflow. */
export function logistic(prediction: Tensor, target: Tensor): Tensor {
  checkSameShape('logistic', prediction, target);
  return reduceMean(softplus(neg(mul(prediction, target))));
}
