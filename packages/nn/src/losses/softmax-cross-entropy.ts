import { logSoftmax, mul, oneHot, reduceSum, type Tensor, where } from '@unbraid/graph';
import { checkLabels } from './loss.ts';

/**
 * The mean over rows of −log softmax(logits)[label]: logits `[rows, classes]`, labels int32 `[rows]` in 0 … classes − 1. A logit may be −∞
 * (a class that is left out); the loss is infinite where that is the label's.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  checkLabels('softmaxCrossEntropy', logits, labels);
  const [rows, classes] = logits.shape as readonly [number, number];
  // Chosen, not multiplied by 0 and 1: 0 · −∞ would be NaN.
  const own = where(oneHot(labels, classes, 'bool'), logSoftmax(logits), 0);
  return mul(reduceSum(own), -1 / rows);
}
