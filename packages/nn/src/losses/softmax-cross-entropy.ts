import { logSoftmax, mul, pick, reduceSum, type Tensor } from '@unbraid/graph';
import { checkLabels } from './loss.ts';

/**
 * The mean over rows of −log softmax(logits)[label]: logits `[rows, classes]`, labels int32 `[rows]` in 0 … classes − 1. A logit may be −∞
 * (a class that is left out); the loss is infinite where that is the label's.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  checkLabels('softmaxCrossEntropy', logits, labels);
  return mul(reduceSum(pick(logSoftmax(logits), labels)), -1 / labels.shape[0]!);
}
